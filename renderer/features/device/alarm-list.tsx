import { Button, Group } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useState } from 'react';
import type { Device, DeviceAlarm } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { deviceTitle } from '../../state/device-words.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { DangerNote } from './danger-note.tsx';
import classes from './device.module.css';
import overviewClasses from './overview.module.css';

const ADVICE: Record<DeviceAlarm['kind'], string> = {
  'other-key':
    'If nobody wrote its card anew, accept nothing and look at the device. What is ordered meanwhile waits.',
  'cloned-key':
    'A card was probably copied from one device to another. On the copy run “muster-agent join” again with a new enrolment, so that it gets a key of its own.',
  'refused-requests':
    'Someone sends requests that this device does not accept: with an unknown key, an old signature, or for another device. The counters below tell which. Find out who else is on this broker.',
  'under-voltage': 'Use a stronger supply or a shorter, thicker cable. Under-voltage damages cards.',
  'disk-full':
    'Remove what is not needed, for example with “journalctl --vacuum-size=100M”. A full disk stops updates.',
  hot: 'Give it air, a heat sink or less to do. It slows itself down before it is damaged.',
};

/** Why the device needs a look, and what to do about each. */
export function AlarmList(props: { device: Device }) {
  const { device } = props;
  if (device.alarms.length === 0) return null;
  return (
    <ul className={overviewClasses.alarms} aria-label="Alarms">
      {device.alarms.map((alarm) => (
        <li key={`${alarm.kind} ${alarm.since}`} className={overviewClasses.alarm}>
          <IconAlertTriangleFilled size={16} aria-hidden="true" className={overviewClasses.alarmIcon} />
          <div className={overviewClasses.alarmText}>
            <p className={overviewClasses.alarmMessage}>
              {alarm.message}{' '}
              <span className={classes.hint}>
                for <RelativeTime at={alarm.since} span />
              </span>
            </p>
            <p>{ADVICE[alarm.kind]}</p>
            {alarm.kind === 'other-key' && <AcceptKey device={device} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function AcceptKey(props: { device: Device }) {
  const { device } = props;
  const [asking, setAsking] = useState(false);
  const { run, pending, error, clearError } = useCall();
  const accept = async (): Promise<void> => {
    if (await run('devices.accept-key', { siteId: device.siteId, mac: device.mac })) setAsking(false);
  };
  return (
    <>
      {!asking && (
        <Group gap={8} mt={8}>
          <Button variant="default" onClick={() => setAsking(true)}>
            Accept the new key …
          </Button>
        </Group>
      )}
      {asking && (
        <DangerNote
          what={`Bind ${deviceTitle(device)} to the key that it announces now?`}
          advice={`From then on only the new key is accepted${
            device.publicKey
              ? `; the one bound until now starts with ${keyFingerprint(device.publicKey)}`
              : ''
          }. Compare with “muster-agent status” on the device.`}
          action={pending ? 'Accepting …' : 'Accept the new key'}
          onConfirm={() => void accept()}
          onCancel={() => {
            setAsking(false);
            clearError();
          }}
        />
      )}
      <ErrorNote error={error} what="The key was not accepted." />
    </>
  );
}
