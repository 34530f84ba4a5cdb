import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { Device, DeviceAlarm } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { formatMac } from '../../../contract/model/mac.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './alarms.module.css';

const TITLES: Record<DeviceAlarm['kind'], string> = {
  'other-key': 'Another key',
  'cloned-key': 'Cloned card',
  'refused-requests': 'Refused requests',
  'under-voltage': 'Undervoltage',
  'disk-full': 'Disk full',
  hot: 'Too hot',
};

/** One alarm of a device, with what can be done about it. */
export function AlarmLine(props: { device: Device; alarm: DeviceAlarm; isAdmin: boolean }) {
  const { device, alarm } = props;
  const [accepting, setAccepting] = useState(false);
  return (
    <li className={classes.line}>
      <span className={classes.kind}>
        <StatusMark kind="alarm" label={TITLES[alarm.kind]} />
      </span>
      <span className={classes.subject}>
        <Link to={`/devices/${device.mac}`}>{device.name || formatMac(device.mac)}</Link>
        <Mono dim>{device.mac}</Mono>
      </span>
      <span className={classes.message}>{alarm.message}</span>
      <span className={classes.time}>
        <RelativeTime at={alarm.since} />
      </span>
      <span className={classes.action}>
        {alarm.kind === 'other-key' && props.isAdmin && (
          <Button size="compact-sm" variant="default" onClick={() => setAccepting(true)}>
            Accept key …
          </Button>
        )}
      </span>
      {accepting && <AcceptKey device={device} onClose={() => setAccepting(false)} />}
    </li>
  );
}

/** Asks before the link is bound to the key that is announced now. */
function AcceptKey(props: { device: Device; onClose: () => void }) {
  const { device, onClose } = props;
  const { run, pending, error } = useCall();
  const accept = async (): Promise<void> => {
    if (await run('devices.accept-key', { siteId: device.siteId, mac: device.mac })) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={`Accept the new key of ${device.name || device.mac}?`} size={500}>
      <div className={classes.dialog}>
        <p>
          Do this when the device’s card was written anew or the agent joined again. If nobody did that,
          another machine pretends to be this device: find it first.
        </p>
        {device.publicKey && (
          <p>
            The link is bound to <Mono>{keyFingerprint(device.publicKey)}</Mono>.
          </p>
        )}
        <ErrorNote error={error} what="The key was not accepted." />
        <div className={classes.buttons}>
          <Button loading={pending} onClick={() => void accept()}>
            Accept key
          </Button>
          <Button variant="default" onClick={onClose}>
            Keep the old key
          </Button>
        </div>
      </div>
    </Modal>
  );
}
