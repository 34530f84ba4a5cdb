import type { Device, DeviceAlarm } from '../../../contract/model/device.ts';
import type { Metrics } from '../../../contract/model/metrics.ts';
import type { DevicePresence } from './presence-book.ts';
import type { StoredDevice } from './stored-device.ts';

/** What is known of a device, put together for the interface. */
export interface DeviceParts {
  readonly siteId: string;
  readonly mac: string;
  readonly stored: StoredDevice;
  readonly live: DevicePresence;
  readonly metrics: Metrics | null;
  readonly alarms: readonly DeviceAlarm[];
}

export function toDevice({ siteId, mac, stored, live, metrics, alarms }: DeviceParts): Device {
  const { inventory } = stored;
  return {
    siteId,
    mac,
    name: stored.name || inventory?.hostName || mac,
    linked: stored.linked,
    state: live.state,
    online: live.state === 'online',
    since: toIso(live.sinceMs),
    lastHeard: toIso(live.lastHeardMs),
    tags: stored.tags,
    groups: stored.groups,
    note: stored.note,
    demo: inventory?.demo ?? false,
    agentVersion: live.presence?.agentVersion ?? inventory?.agentVersion ?? null,
    capabilities: live.presence?.capabilities ?? stored.capabilities,
    hostName: inventory?.hostName ?? null,
    model: inventory?.model ?? null,
    serial: inventory?.serial ?? null,
    os: inventory?.os ?? null,
    kernel: inventory?.kernel ?? null,
    arch: inventory?.arch ?? null,
    addresses: inventory?.addresses ?? [],
    firmwareVersion: inventory?.firmwareVersion ?? null,
    publicKey: stored.boundKey ?? stored.announcedKey,
    linkedAt: stored.linkedAt,
    bootId: live.presence?.bootId ?? null,
    alarms: [...alarms],
    metrics,
  };
}

/** Unix milliseconds to the form in which time travels. */
export function toIso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
