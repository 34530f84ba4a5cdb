import type { DeviceEdit } from '../../../contract/model/device.ts';
import { linkableMacs, type MacEntry } from './mac-list.ts';

/** One `devices.link` call. */
export interface LinkCall {
  readonly macs: string[];
  readonly edit?: DeviceEdit;
}

/** The calls that link a list: one for all that share the same edit, and one for each device that gets a name. */
export function planLinkCalls(
  entries: readonly MacEntry[],
  shared: { name: string; tags: string[]; groups: string[] },
): LinkCall[] {
  const macs = new Set(linkableMacs(entries));
  const labels: DeviceEdit = {
    ...(shared.tags.length > 0 ? { tags: shared.tags } : {}),
    ...(shared.groups.length > 0 ? { groups: shared.groups } : {}),
  };
  const names = new Map<string, string>();
  for (const entry of entries) {
    if (entry.mac && macs.has(entry.mac) && entry.name && !names.has(entry.mac))
      names.set(entry.mac, entry.name);
  }
  const [only] = macs;
  if (macs.size === 1 && only !== undefined && shared.name.trim() !== '') names.set(only, shared.name.trim());
  const named = [...names].map(([mac, name]) => ({ macs: [mac], edit: { ...labels, name } }));
  const unnamed = [...macs].filter((mac) => !names.has(mac));
  if (unnamed.length === 0) return named;
  return [{ macs: unnamed, ...(Object.keys(labels).length > 0 ? { edit: labels } : {}) }, ...named];
}
