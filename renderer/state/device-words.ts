import type { Device } from '../../contract/model/device.ts';

/** How a device's state is shown: the kind of mark, the word beside it, and how it is known. */
export interface DeviceStatus {
  readonly kind: 'online' | 'offline' | 'unknown' | 'waiting';
  readonly word: string;
  readonly explanation: string;
}

const STATUS: Record<Device['state'], DeviceStatus> = {
  online: {
    kind: 'online',
    word: 'online',
    explanation: 'It says so, and it was heard on this connection within the last half minute.',
  },
  offline: {
    kind: 'offline',
    word: 'offline',
    explanation: 'It said goodbye, or was not heard for one and a half keep-alive periods.',
  },
  unknown: {
    kind: 'unknown',
    word: 'unknown',
    explanation:
      'The site’s broker is away, or was until just now and the device was not heard since. The values are old.',
  },
  'never-seen': {
    kind: 'waiting',
    word: 'never seen',
    explanation: 'It was linked by its MAC and has not announced itself yet.',
  },
};

/** The state of a device in one word; unknown is never shown as online or offline. */
export function deviceStatus(device: Device): DeviceStatus {
  return STATUS[device.state];
}

/** The name, or the MAC while it has none. */
export function deviceTitle(device: Pick<Device, 'name' | 'mac'>): string {
  return device.name || device.mac;
}

/** `Raspberry Pi 4 Model B Rev 1.5` → `Pi 4 B`, `… Compute Module 4 Rev 1.0` → `CM 4`; other models stay as they are. */
export function shortModel(model: string): string {
  return model
    .replace(/\s+Rev\s+[\d.]+$/i, '')
    .replace(/^Raspberry Pi Compute Module\s*/i, 'CM ')
    .replace(/^Raspberry Pi\s+/i, 'Pi ')
    .replace(/\s+Model\s+/i, ' ')
    .replace(/\s+Plus$/i, '+');
}

/** The address that people would type: wired before wireless, IPv4 before IPv6, never loopback or link-local. */
export function mainAddress(device: Pick<Device, 'addresses'>): string | null {
  const usable = device.addresses.filter(({ address }) => !/^(127\.|::1$|fe80:|169\.254\.)/i.test(address));
  const rank = (entry: (typeof usable)[number]): number =>
    (entry.address.includes(':') ? 2 : 0) + (/^wl/.test(entry.interface) ? 1 : 0);
  return [...usable].sort((a, b) => rank(a) - rank(b))[0]?.address ?? null;
}
