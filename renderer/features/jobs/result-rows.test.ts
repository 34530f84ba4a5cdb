import { expect, test } from 'vitest';
import type { JobResult, ResultState } from '../../../contract/model/job.ts';
import type { ResultClass } from '../../state/result-class.ts';
import { foldResults } from './output-folding.ts';
import {
  entriesOf as entriesOfJob,
  NOTHING_OPENED,
  orderByName,
  type ResultEntry,
  rowsOf,
  toggled,
} from './result-rows.ts';

const digest = (seed: string) => ({ bytes: 3, sha256: seed.repeat(64), kept: [{ offset: 0, length: 3 }] });

function results(...items: readonly (readonly [mac: string, state: ResultState, output?: string])[]) {
  return new Map(
    items.map(([mac, state, output]): [string, JobResult] => [
      mac,
      {
        jobId: 'job1',
        mac,
        state,
        detail: '',
        since: '2026-11-25T10:00:00Z',
        exitCode: null,
        signal: null,
        startedAt: null,
        finishedAt: null,
        attempts: 1,
        error: null,
        output: output ? { stdout: digest(output), stderr: digest('0') } : null,
        value: null,
      },
    ]),
  );
}
function entriesOf(all: ReadonlyMap<string, JobResult>, filter?: ResultClass): ResultEntry[] {
  const order = orderByName(all.keys(), (mac) => mac);
  const sorted = order.flatMap((mac) => all.get(mac) ?? []);
  return entriesOfJob({ results: all, groups: foldResults(sorted), order, filter });
}
const shown = (entries: readonly ResultEntry[]): string[] =>
  entries.map((entry) => (entry.kind === 'group' ? `${entry.group.macs.join('+')}` : entry.mac));

test('identical outcomes are one entry, and everything else is listed by device in order of name', () => {
  const all = results(
    ['m10', 'queued'],
    ['m9', 'failed', 'f'],
    ['m3', 'succeeded', 'b'],
    ['m2', 'succeeded', 'a'],
    ['m1', 'succeeded', 'a'],
    ['m8', 'running'],
    ['m7', 'cancelled'],
  );
  expect(shown(entriesOf(all))).toEqual(['m1+m2', 'm3', 'm9', 'm8', 'm10', 'm7']);
});

test('a filter leaves only its class', () => {
  const all = results(['m1', 'failed', 'a'], ['m2', 'timed-out'], ['m3', 'succeeded', 'a']);
  expect(shown(entriesOf(all, 'failed')).sort()).toEqual(['m1', 'm2']);
  expect(entriesOf(all, 'waiting')).toEqual([]);
});

test('an opened group shows its output, and its devices only when they are asked for', () => {
  const entries = entriesOf(results(['m1', 'succeeded', 'a'], ['m2', 'succeeded', 'a']));
  const [entry] = entries;
  const key = entry?.kind === 'group' ? entry.group.key : '';
  const groups = toggled(NOTHING_OPENED.groups, key);
  expect(rowsOf(entries, NOTHING_OPENED).map((row) => row.kind)).toEqual(['group']);
  expect(rowsOf(entries, { ...NOTHING_OPENED, groups }).map((row) => row.kind)).toEqual([
    'group',
    'group-detail',
  ]);
  const all = rowsOf(entries, { groups, members: groups, devices: new Set(['m2']) });
  expect(all.map((row) => row.kind)).toEqual(['group', 'group-detail', 'device', 'device', 'device-detail']);
});

test('keys of rows are unique', () => {
  const entries = entriesOf(results(['m1', 'succeeded', 'a'], ['m2', 'failed', 'a']));
  const keys = rowsOf(entries, { ...NOTHING_OPENED, devices: new Set(['m1', 'm2']) }).map((row) => row.key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('toggling twice changes nothing', () => {
  expect([...toggled(toggled(new Set(['a']), 'b'), 'b')]).toEqual(['a']);
});
