import type { Device } from '../../../contract/model/device.ts';
import type { StatusKind } from '../../ui/status-mark.tsx';

/** A device's state as shape and word. */
export function deviceMark(device: Device): { kind: StatusKind; label: string } {
  switch (device.state) {
    case 'online':
      return { kind: 'online', label: 'online' };
    case 'offline':
      return { kind: 'offline', label: 'offline' };
    case 'never-seen':
      return { kind: 'offline', label: 'never seen' };
    case 'unknown':
      return { kind: 'unknown', label: 'unknown' };
  }
}
