import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconBulb,
  IconDots,
  IconInfoCircle,
  IconLink,
  IconPencil,
  IconPower,
  IconRefresh,
  IconTrash,
  IconUnlink,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import type { OperationName } from '../../../contract/model/operation.ts';
import type { Call } from '../../rpc/rpc-context.tsx';
import { useSheets } from '../../state/sheets.ts';
import { useNavigate } from '../../ui/router.tsx';

/** Everything that can be done with the device beside running a command. */
export function DeviceMenu(props: { device: Device; call: Call }) {
  const { device, call } = props;
  const { siteId, mac } = device;
  const { openEdit, openUnlink, openRun } = useSheets();
  const navigate = useNavigate();
  const run = (op: OperationName): void => openRun({ siteId, macs: [mac], op });

  const forget = async (): Promise<void> => {
    if (!(await call.run('devices.forget', { siteId, macs: [mac] }))) return;
    notifications.show({ message: `Forgot ${device.name || mac}.` });
    navigate('/devices', { replace: true });
  };

  return (
    <Menu width={264}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="More actions on this device">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {device.linked && (
          <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => openEdit({ siteId, macs: [mac] })}>
            Rename, tags, groups, note …
          </Menu.Item>
        )}
        <Operation device={device} op="identify" icon={<IconBulb size={14} />} onRun={run}>
          Identify (blink) …
        </Operation>
        <Operation device={device} op="info.collect" icon={<IconInfoCircle size={14} />} onRun={run}>
          Collect information …
        </Operation>
        <Menu.Divider />
        <Operation device={device} op="power.reboot" icon={<IconRefresh size={14} />} onRun={run}>
          Reboot …
        </Operation>
        <Operation device={device} op="power.shutdown" icon={<IconPower size={14} />} onRun={run}>
          Shut down …
        </Operation>
        <Menu.Divider />
        {device.linked ? (
          <Menu.Item
            leftSection={<IconUnlink size={14} />}
            onClick={() => openUnlink({ siteId, macs: [mac] })}
          >
            Unlink …
          </Menu.Item>
        ) : (
          <>
            <Menu.Item
              leftSection={<IconLink size={14} />}
              onClick={() => void call.run('devices.link', { siteId, macs: [mac] })}
            >
              Link
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => void forget()}>
              Forget
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Operation(props: {
  device: Device;
  op: OperationName;
  icon: ReactNode;
  onRun: (op: OperationName) => void;
  children: ReactNode;
}) {
  const reason = unsuitableReason(props.device, props.op);
  return (
    <Menu.Item
      leftSection={props.icon}
      disabled={reason !== undefined}
      title={reason}
      onClick={() => props.onRun(props.op)}
    >
      {props.children}
    </Menu.Item>
  );
}
