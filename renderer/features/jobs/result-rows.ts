import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { type ResultClass, resultClassOf } from '../../state/result-class.ts';
import type { FoldedGroup } from './output-folding.ts';

/** What the list of a job shows, before anything is opened: identical outcomes as one, everything else by device. */
export type ResultEntry =
  | { readonly kind: 'group'; readonly group: FoldedGroup }
  | { readonly kind: 'device'; readonly mac: string };

/** One line of the virtual list. A member is a device inside an opened group. */
export type ResultRow =
  | { readonly kind: 'group'; readonly key: string; readonly group: FoldedGroup }
  | { readonly kind: 'group-detail'; readonly key: string; readonly group: FoldedGroup }
  | { readonly kind: 'device'; readonly key: string; readonly mac: string; readonly member: boolean }
  | { readonly kind: 'device-detail'; readonly key: string; readonly mac: string; readonly member: boolean };

/** MACs in the order of the devices' names. */
export function orderByName(macs: Iterable<string>, nameOf: (mac: string) => string): readonly string[] {
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  return [...macs]
    .map((mac) => ({ mac, name: nameOf(mac) }))
    .sort((a, b) => collator.compare(a.name, b.name))
    .map(({ mac }) => mac);
}

/** Successes first, then what failed, what runs, what waits, what was cancelled; the largest group of each first. */
export function entriesOf(options: {
  results: ReadonlyMap<string, JobResult>;
  groups: readonly FoldedGroup[];
  order: readonly string[];
  filter: ResultClass | undefined;
}): ResultEntry[] {
  const { results, groups, order, filter } = options;
  const open = new Map<ResultClass, ResultEntry[]>();
  for (const mac of order) {
    const result = results.get(mac);
    if (!result || isFinal(result.state)) continue;
    const name = resultClassOf(result.state);
    const entries = open.get(name) ?? [];
    entries.push({ kind: 'device', mac });
    open.set(name, entries);
  }
  const ended = (name: ResultClass): ResultEntry[] =>
    groups
      .filter((group) => group.class === name)
      .map((group) =>
        group.macs.length > 1 ? { kind: 'group', group } : { kind: 'device', mac: group.sample.mac },
      );
  return SHOWN_ORDER.filter((name) => filter === undefined || name === filter).flatMap((name) => [
    ...ended(name),
    ...(open.get(name) ?? []),
  ]);
}

const SHOWN_ORDER: readonly ResultClass[] = ['succeeded', 'failed', 'running', 'waiting', 'cancelled'];

/** What is opened: groups by outcome, the list of a group's devices, devices by MAC. */
export interface OpenedRows {
  readonly groups: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
}

export const NOTHING_OPENED: OpenedRows = { groups: new Set(), members: new Set(), devices: new Set() };

/** The lines of the list: entries with the details and members of what is opened. */
export function rowsOf(entries: readonly ResultEntry[], opened: OpenedRows): ResultRow[] {
  const rows: ResultRow[] = [];
  const addDevice = (mac: string, member: boolean): void => {
    rows.push({ kind: 'device', key: mac, mac, member });
    if (opened.devices.has(mac)) rows.push({ kind: 'device-detail', key: `${mac}/detail`, mac, member });
  };
  for (const entry of entries) {
    if (entry.kind === 'device') {
      addDevice(entry.mac, false);
      continue;
    }
    const { group } = entry;
    rows.push({ kind: 'group', key: group.key, group });
    if (!opened.groups.has(group.key)) continue;
    rows.push({ kind: 'group-detail', key: `${group.key}/detail`, group });
    if (opened.members.has(group.key)) for (const mac of group.macs) addDevice(mac, true);
  }
  return rows;
}

/** Adds a key or takes it away. */
export function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
