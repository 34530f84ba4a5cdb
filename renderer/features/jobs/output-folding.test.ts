import { expect, test } from 'vitest';
import type { JobResult } from '../../../contract/model/job.ts';
import { createOutcomeKeys, foldResults, majorityOf, outcomeKey, sameOutput } from './output-folding.ts';

const digest = (seed: number): string => seed.toString(16).padStart(64, '0');
const macOf = (index: number): string => index.toString(16).toUpperCase().padStart(12, '0');

function finished(index: number, stdout: number, change: Partial<JobResult> = {}): JobResult {
  return {
    jobId: 'job1',
    mac: macOf(index),
    state: 'succeeded',
    detail: '',
    since: '2026-11-25T10:00:01Z',
    exitCode: 0,
    signal: null,
    startedAt: '2026-11-25T10:00:00Z',
    finishedAt: '2026-11-25T10:00:01Z',
    attempts: 1,
    error: null,
    output: {
      stdout: { bytes: stdout, sha256: digest(stdout), kept: [{ offset: 0, length: stdout }] },
      stderr: { bytes: 0, sha256: digest(0), kept: [] },
    },
    value: null,
    ...change,
  };
}

test('devices that printed the same and ended the same are one group, the largest first', () => {
  const groups = foldResults([finished(1, 7), finished(2, 5), finished(3, 5)]);
  expect(groups.map((group) => group.macs)).toEqual([[macOf(2), macOf(3)], [macOf(1)]]);
});

test('successes come before failures, however many failed', () => {
  const failed = { state: 'failed', exitCode: 1 } as const;
  const groups = foldResults([finished(1, 5, failed), finished(2, 5, failed), finished(3, 5)]);
  expect(groups.map((group) => group.class)).toEqual(['succeeded', 'failed']);
});

test('another exit code, signal, error, stream or value is another outcome', () => {
  const base = finished(1, 5);
  const swapped = base.output && { stdout: base.output.stderr, stderr: base.output.stdout };
  const others: Partial<JobResult>[] = [
    { exitCode: 1 },
    { exitCode: null, signal: 'SIGKILL' },
    { error: { code: 'internal', message: 'no' } },
    { output: swapped },
    { output: null },
    { value: { a: 1 } },
  ];
  const keys = new Set([base, ...others.map((change) => finished(2, 5, change))].map(outcomeKey));
  expect(keys.size).toBe(others.length + 1);
});

test('times, attempts and the order of keys in a value do not tell outcomes apart', () => {
  const a = finished(1, 5, { value: { x: 1, y: { p: 1, q: 2 } } });
  const b = finished(2, 5, {
    value: { y: { q: 2, p: 1 }, x: 1 },
    attempts: 3,
    since: '2026-11-26T00:00:00Z',
  });
  expect(outcomeKey(a)).toBe(outcomeKey(b));
});

test('what is not finished is in no group', () => {
  expect(foldResults([finished(1, 5, { state: 'running' }), finished(2, 5, { state: 'queued' })])).toEqual(
    [],
  );
});

test('the majority is the largest group that printed something', () => {
  const groups = foldResults([
    finished(1, 0),
    finished(2, 0),
    finished(3, 0),
    finished(4, 9),
    finished(5, 9, { state: 'failed', exitCode: 1 }),
    finished(6, 9, { state: 'failed', exitCode: 1 }),
  ]);
  expect(majorityOf(groups)?.class).toBe('failed');
  expect(majorityOf(groups.filter((group) => group.sample.output?.stdout.bytes === 0))).toBeUndefined();
});

test('outputs are compared apart from how the device ended', () => {
  expect(sameOutput(finished(1, 5), finished(2, 5, { state: 'failed', exitCode: 1 }))).toBe(true);
  expect(sameOutput(finished(1, 5), finished(2, 6))).toBe(false);
});

test('ten thousand results are folded at once', () => {
  const results = Array.from({ length: 10_000 }, (_, index) => finished(index, index % 100));
  expect(foldResults(results)).toHaveLength(100);
});

test('remembered keys are the keys', () => {
  const keyOf = createOutcomeKeys();
  const results = [finished(1, 5), finished(2, 6), finished(3, 5, { state: 'running' })];
  for (const result of [...results, ...results]) expect(keyOf(result)).toBe(outcomeKey(result));
});
