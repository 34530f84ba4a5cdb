import { AppError } from '../../../contract/lib/errors.ts';
import type { DeviceState } from '../../../contract/model/device.ts';
import type { Target } from '../../../contract/model/job.ts';
import type { StoredDevice } from './stored-device.ts';

/** The MACs that a target means now; throws `not-found` when a tag, a group or all mean none. */
export function resolveTarget(target: Target, devices: ReadonlyMap<string, StoredDevice>): string[] {
  if (target.kind === 'devices') return [...new Set(target.macs)];
  const macs = [...devices].flatMap(([mac, stored]) => {
    if (!stored.linked) return [];
    if (target.kind === 'tag') return stored.tags.includes(target.tag) ? [mac] : [];
    if (target.kind === 'group') return stored.groups.includes(target.group) ? [mac] : [];
    return [mac];
  });
  if (macs.length > 0) return macs;
  if (target.kind === 'all') throw new AppError('not-found', 'No device of this site is linked.');
  const what = target.kind === 'tag' ? `has the tag “${target.tag}”` : `is in the group “${target.group}”`;
  throw new AppError('not-found', `No linked device of this site ${what}.`);
}

/** Why nothing is sent to a device in this state, as a sentence that begins with “Waits”. */
export function waitingReason(state: DeviceState, sinceMs: number | null): string {
  if (state === 'never-seen') return 'Waits: this device was never seen. It starts when the device appears.';
  if (state === 'unknown')
    return 'Waits until the device is heard again: the connection to the broker is away or new.';
  const since = sinceMs === null ? '' : ` since ${new Date(sinceMs).toISOString()}`;
  return `Waits: offline${since}. It starts when the device appears.`;
}
