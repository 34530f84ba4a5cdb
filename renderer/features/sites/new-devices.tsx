import { Button } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { formatMac } from '../../../contract/model/mac.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useDevices } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './new-devices.module.css';

/** Waits live for devices that announce themselves, and links them. Those linked before it was opened are left out. */
export function NewDevices(props: { siteId: string; onOpen?: (mac: string) => void }) {
  const devices = useDevices(props.siteId);
  const { run, pending, error } = useCall();
  const discovered = devices.filter((device) => !device.linked);
  const [before] = useState(
    () => new Set(devices.filter((device) => device.linked).map((device) => device.mac)),
  );
  const linked = devices.filter((device) => device.linked && !before.has(device.mac));
  const link = (macs: readonly string[]): void =>
    void run('devices.link', { siteId: props.siteId, macs: [...macs] });

  return (
    <div className={classes.panel} aria-live="polite">
      {discovered.length === 0 && linked.length === 0 && (
        <p className={classes.waiting}>
          <StatusMark kind="running" label="Waiting for a device to appear …" />
        </p>
      )}
      <ul className={classes.list}>
        {discovered.slice(0, 50).map((device) => (
          <DeviceLine key={device.mac} device={device}>
            <Button
              variant={discovered.length === 1 ? 'filled' : 'default'}
              leftSection={<IconLink size={14} />}
              loading={pending}
              onClick={() => link([device.mac])}
            >
              Link device
            </Button>
          </DeviceLine>
        ))}
        {linked.slice(0, 50).map((device) => (
          <DeviceLine key={device.mac} device={device}>
            <Link to={`/devices/${device.mac}`} onClick={() => props.onOpen?.(device.mac)}>
              Open
            </Link>
          </DeviceLine>
        ))}
      </ul>
      {discovered.length > 1 && (
        <Button
          variant="default"
          loading={pending}
          onClick={() => link(discovered.map((device) => device.mac))}
        >
          Link all {discovered.length}
        </Button>
      )}
      {discovered.length > 0 && (
        <p className={classes.hint}>
          Compare the MAC with the one that the agent printed. Linking binds it to the device’s key; from then
          on the device obeys this site.
        </p>
      )}
      <ErrorNote error={error} what="The device was not linked." />
    </div>
  );
}

function DeviceLine(props: { device: Device; children: ReactNode }) {
  const { device } = props;
  return (
    <li className={classes.line}>
      <StatusMark bare kind={device.online ? 'online' : 'offline'} />
      <span className={classes.names}>
        <span className={classes.name}>{device.name || device.hostName || 'New device'}</span>
        <span className={classes.facts}>
          <Mono dim>{formatMac(device.mac)}</Mono>
          {device.model && <span>{device.model}</span>}
          {device.publicKey && <Mono dim>key {keyFingerprint(device.publicKey)}</Mono>}
        </span>
      </span>
      {device.linked && <StatusMark kind="done" label="linked" />}
      {props.children}
    </li>
  );
}
