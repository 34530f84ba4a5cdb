import { useEffect, useState } from 'react';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import type { Device, DeviceEvent } from '../../../contract/model/device.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { useConnectionStatus } from '../../state/hooks.ts';

export interface DeviceEvents {
  readonly events: readonly DeviceEvent[];
  readonly loading: boolean;
  readonly error: ErrorBody | undefined;
}

/** What has happened to a device, newest first; read again whenever its record changes, since that is what events tell of. */
export function useDeviceEvents(device: Device, limit: number): DeviceEvents {
  const client = useRpc();
  const { generation } = useConnectionStatus();
  const [state, setState] = useState<DeviceEvents>({ events: [], loading: true, error: undefined });
  const { siteId, mac, since, linked, agentVersion, bootId } = device;
  const alarms = device.alarms.map((alarm) => alarm.kind).join(' ');
  const version = [since, linked, agentVersion, bootId, alarms].join('|');

  // The version stands for what an event would have changed.
  useEffect(() => {
    if (generation === 0 || version === '') return;
    let current = true;
    client.call('devices.events', { siteId, mac, limit }).then(
      ({ events }) => {
        if (current) setState({ events, loading: false, error: undefined });
      },
      (thrown) => {
        if (current) setState((known) => ({ ...known, loading: false, error: toErrorBody(thrown) }));
      },
    );
    return () => {
      current = false;
    };
  }, [client, siteId, mac, limit, generation, version]);
  return state;
}
