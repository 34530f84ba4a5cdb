import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconBulb,
  IconDots,
  IconDownload,
  IconFolder,
  IconInfoCircle,
  IconPlayerPlay,
  IconPower,
  IconRefresh,
  IconTag,
  IconUnlink,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import type { OperationName } from '../../../contract/model/operation.ts';
import { useMetricsReader } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { useCommand } from '../../ui/commands.tsx';
import { saveFile } from '../../ui/download.ts';
import { devicesCsv } from './devices-csv.ts';

/** Actions on the selected linked devices. Operations open the run sheet, which names what does not fit and why. */
export function BulkActions(props: {
  siteId: string;
  devices: readonly Device[];
  onLabels: (kind: 'tags' | 'groups') => void;
  onUnlink: () => void;
}) {
  const { siteId, devices } = props;
  const narrow = useMediaQuery('(max-width: 1199px)', false, { getInitialValueInEffect: false });
  const { openRun } = useSheets();
  const readMetrics = useMetricsReader();
  const run = (op: OperationName): void => openRun({ siteId, macs: devices.map(({ mac }) => mac), op });
  // In place of the site's command, so that the key means what is selected.
  useCommand(
    devices.length === 0
      ? undefined
      : {
          id: 'run',
          title: 'Run command on the selected devices',
          shortcut: 'r',
          group: 'Actions',
          keywords: 'shell reboot service job',
          run: () => run('shell.run'),
        },
  );
  const exportCsv = (): void =>
    saveFile(
      'devices.csv',
      [devicesCsv(devices, (device) => readMetrics(device.siteId, device.mac))],
      'text/csv;charset=utf-8',
    );

  return (
    <>
      <OperationButton devices={devices} op="shell.run" icon={<IconPlayerPlay size={14} />} onRun={run}>
        Run command
      </OperationButton>
      <OperationButton devices={devices} op="power.reboot" icon={<IconRefresh size={14} />} onRun={run}>
        Reboot …
      </OperationButton>
      <Button variant="default" leftSection={<IconTag size={14} />} onClick={() => props.onLabels('tags')}>
        Tags …
      </Button>
      {!narrow && (
        <>
          <Button
            variant="default"
            leftSection={<IconFolder size={14} />}
            onClick={() => props.onLabels('groups')}
          >
            Groups …
          </Button>
          <Button variant="default" leftSection={<IconUnlink size={14} />} onClick={props.onUnlink}>
            Unlink …
          </Button>
        </>
      )}
      <Menu position="top-start" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions on the selected devices">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {narrow && (
            <>
              <Menu.Item leftSection={<IconFolder size={14} />} onClick={() => props.onLabels('groups')}>
                Groups …
              </Menu.Item>
              <Menu.Item leftSection={<IconUnlink size={14} />} onClick={props.onUnlink}>
                Unlink …
              </Menu.Item>
              <Menu.Divider />
            </>
          )}
          <OperationItem devices={devices} op="identify" icon={<IconBulb size={14} />} onRun={run}>
            Identify (blink) …
          </OperationItem>
          <OperationItem devices={devices} op="info.collect" icon={<IconInfoCircle size={14} />} onRun={run}>
            Collect information …
          </OperationItem>
          <OperationItem devices={devices} op="power.shutdown" icon={<IconPower size={14} />} onRun={run}>
            Shut down …
          </OperationItem>
          <Menu.Divider />
          <Menu.Item leftSection={<IconDownload size={14} />} onClick={exportCsv}>
            Export {devices.length} as CSV
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

interface OperationProps {
  devices: readonly Device[];
  op: OperationName;
  icon: ReactNode;
  onRun: (op: OperationName) => void;
  children: ReactNode;
}

function OperationButton(props: OperationProps) {
  const { note, possible } = suitability(props.devices, props.op);
  return (
    <Tooltip label={note} disabled={note === undefined} multiline maw={320}>
      <Button
        variant="default"
        leftSection={props.icon}
        data-disabled={!possible || undefined}
        aria-disabled={!possible || undefined}
        onClick={() => {
          if (possible) props.onRun(props.op);
        }}
      >
        {props.children}
      </Button>
    </Tooltip>
  );
}

function OperationItem(props: OperationProps) {
  const { note, possible } = suitability(props.devices, props.op);
  return (
    <Menu.Item
      leftSection={props.icon}
      disabled={!possible}
      title={note}
      onClick={() => props.onRun(props.op)}
    >
      {props.children}
    </Menu.Item>
  );
}

/** Whether any device can take the operation, and what to say of those that cannot. */
function suitability(
  devices: readonly Device[],
  op: OperationName,
): { possible: boolean; note: string | undefined } {
  const reasons = devices
    .map((device) => unsuitableReason(device, op))
    .filter((reason) => reason !== undefined);
  if (reasons.length === 0) return { possible: true, note: undefined };
  const first = reasons[0] ?? '';
  if (reasons.length === devices.length) return { possible: false, note: first };
  return { possible: true, note: `${reasons.length} of ${devices.length} will be left out. ${first}` };
}
