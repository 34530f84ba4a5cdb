import { expect, it } from 'vitest';
import { ErrorCode } from '../contract/lib/errors.ts';
import type { JobResult, ResultState } from '../contract/model/job.ts';
import { EXIT, exitCodeOfError, exitCodeOfResults } from './exit-code.ts';
import { comparison, groupResults, outcomeText, tally } from './result-groups.ts';

const stream = (sha: string) => ({ bytes: 1, sha256: sha.repeat(64), kept: [] });
const result = (change: Partial<JobResult> & { sha?: string } = {}): JobResult => {
  const { sha = 'a', ...facts } = change;
  return {
    jobId: 'job',
    mac: 'B827EB000001',
    state: 'succeeded',
    detail: '',
    since: '2026-11-25T00:00:00Z',
    exitCode: 0,
    signal: null,
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    error: null,
    output: { stdout: stream(sha), stderr: stream('0') },
    value: null,
    ...facts,
  };
};

it('puts together what a person would see as the same, the largest group first', () => {
  const groups = groupResults([
    result({ sha: 'b' }),
    result(),
    result({ mac: 'B827EB000002', since: '2026-11-25T00:00:01Z', attempts: 3 }),
    result({ state: 'failed', exitCode: 1 }),
    result({ state: 'failed', exitCode: null, signal: 'SIGKILL' }),
  ]);
  expect(groups.map(({ results }) => results.length)).toEqual([2, 1, 1, 1]);
  expect(comparison(groups)).toBe('2 identical, 3 differ');
});

it('says in words how results compare', () => {
  expect(comparison(groupResults([]))).toBe('');
  expect(comparison(groupResults([result()]))).toBe('');
  expect(comparison(groupResults([result(), result()]))).toBe('all 2 identical');
  expect(comparison(groupResults([result(), result({ sha: 'b' })]))).toBe('all 2 differ');
  expect(comparison(groupResults([result(), result(), result({ sha: 'b' })]))).toBe('2 identical, 1 differs');
  const waiting = result({ state: 'queued', exitCode: null, detail: 'Waits.' });
  expect(comparison(groupResults([result(), waiting]))).toBe('');
  expect(comparison(groupResults([result(), result(), waiting]))).toBe('all 2 identical');
});

it('counts devices by outcome, good news first', () => {
  expect(tally([result({ state: 'queued' }), result(), result({ state: 'timed-out' }), result()])).toBe(
    '4 devices: 2 succeeded, 1 timed out, 1 waiting',
  );
});

it('says what became of one device', () => {
  expect(outcomeText(result())).toBe('succeeded');
  expect(outcomeText(result({ state: 'failed', exitCode: 3 }))).toBe('failed, exit code 3');
  expect(outcomeText(result({ state: 'failed', exitCode: null, signal: 'SIGSEGV' }))).toBe(
    'failed, ended by SIGSEGV',
  );
  expect(outcomeText(result({ state: 'queued', exitCode: null, detail: 'Waits until it is online.' }))).toBe(
    'waiting: Waits until it is online.',
  );
  const offline = 'Waits: offline since 2026-11-25T02:02:00.853Z. It starts when the device appears.';
  expect(outcomeText(result({ state: 'queued', exitCode: null, detail: offline }))).toMatch(
    /^waiting: offline since 2026-11-2\d \d\d:02:00\. It starts when the device appears\.$/,
  );
  const error = { code: 'unsupported' as const, message: 'No such user.' };
  expect(outcomeText(result({ state: 'rejected', exitCode: null, error }))).toBe('rejected: No such user.');
});

it.each<[ResultState[], number]>([
  [[], EXIT.ok],
  [['succeeded', 'succeeded'], EXIT.ok],
  [['succeeded', 'queued'], EXIT.waiting],
  [['queued', 'failed', 'succeeded'], EXIT.failed],
  [['cancelled'], EXIT.failed],
  [['rejected'], EXIT.failed],
  [['interrupted'], EXIT.failed],
  [['timed-out'], EXIT.failed],
])('ends a job with the states %j with %d', (states, code) => {
  expect(exitCodeOfResults(states.map((state) => ({ state })))).toBe(code);
});

it('has an exit code for every error, never that of success', () => {
  for (const code of ErrorCode.options) expect(exitCodeOfError(code)).toBeGreaterThan(1);
});
