import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { type ResultClass, resultClassOf } from '../../state/result-class.ts';
import { type FoldedGroup, foldResults } from './output-folding.ts';

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

/** Successes first, then what failed, what runs, what waits, what was cancelled; the largest group of each first. */
export function entriesOf(
  results: ReadonlyMap<string, JobResult>,
  nameOf: (mac: string) => string,
  filter: ResultClass | undefined,
): ResultEntry[] {
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const sorted = [...results.values()]
    .filter((result) => filter === undefined || resultClassOf(result.state) === filter)
    .map((result) => ({ result, name: nameOf(result.mac) }))
    .sort((a, b) => order.compare(a.name, b.name))
    .map(({ result }) => result);
  const open = sorted.filter((result) => !isFinal(result.state));
  const openOf = (wanted: ResultClass): ResultEntry[] =>
    open
      .filter((result) => resultClassOf(result.state) === wanted)
      .map((result) => ({ kind: 'device', mac: result.mac }));
  const folded = foldResults(sorted).map(
    (group): ResultEntry =>
      group.macs.length > 1 ? { kind: 'group', group } : { kind: 'device', mac: group.sample.mac },
  );
  const endedIn = (wanted: ResultClass): ResultEntry[] =>
    folded.filter((entry) => classOf(entry, results) === wanted);
  return [
    ...endedIn('succeeded'),
    ...endedIn('failed'),
    ...openOf('running'),
    ...openOf('waiting'),
    ...endedIn('cancelled'),
  ];
}

function classOf(entry: ResultEntry, results: ReadonlyMap<string, JobResult>): ResultClass | undefined {
  if (entry.kind === 'group') return entry.group.class;
  const result = results.get(entry.mac);
  return result && resultClassOf(result.state);
}

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
