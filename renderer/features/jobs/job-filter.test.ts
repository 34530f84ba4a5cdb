import { expect, test } from 'vitest';
import type { Job } from '../../../contract/model/job.ts';
import { filterJobs, joinJobs } from './job-filter.ts';
import { confirmationFor, failedMacs, freshArguments, repeatSentence } from './repeat-plan.ts';

function job(id: string, change: Partial<Job> = {}): Job {
  return {
    id,
    siteId: 'site0001',
    op: 'shell.run',
    title: 'uname -a',
    args: { command: 'uname -a' },
    state: 'succeeded',
    createdAt: '2026-11-25T10:00:00Z',
    createdBy: 'A. Kern',
    finishedAt: null,
    deadlineAt: null,
    retryOf: null,
    total: 1,
    counts: {},
    ...change,
  };
}
const everything = { text: '', state: 'all', op: 'all' } as const;

test('every word must be found in the title, the operation or the person', () => {
  const jobs = [job('a'), job('b', { title: 'Reboot', op: 'power.reboot', createdBy: 'B. Lund' })];
  const find = (text: string): string[] => filterJobs(jobs, { ...everything, text }).map(({ id }) => id);
  expect(find('UNAME kern')).toEqual(['a']);
  expect(find('lund')).toEqual(['b']);
  expect(find('run command')).toEqual(['a']);
});

test('open jobs are those that run and those that wait', () => {
  const jobs = [
    job('a', { state: 'running' }),
    job('b', { state: 'waiting' }),
    job('c', { state: 'failed' }),
  ];
  expect(filterJobs(jobs, { ...everything, state: 'open' })).toHaveLength(2);
  expect(filterJobs(jobs, { ...everything, state: 'failed' })).toHaveLength(1);
  expect(filterJobs(jobs, { ...everything, op: 'identify' })).toHaveLength(0);
});

test('newest and older jobs are one list, and the mirror wins', () => {
  const joined = joinJobs(
    [job('a', { createdAt: '2026-11-25T12:00:00Z', state: 'running' })],
    [job('a', { state: 'waiting' }), job('b', { createdAt: '2026-11-25T11:00:00Z' })],
  );
  expect(joined.map(({ id, state }) => `${id} ${state}`)).toEqual(['a running', 'b succeeded']);
});

test('a retry of a few harmless devices needs no question, anything else does', () => {
  const macs = ['B827EB000001', 'B827EB000002'];
  const many = Array.from({ length: 21 }, (_, index) => `B827EB0000${index.toString(16).padStart(2, '0')}`);
  expect(confirmationFor(job('a'), { kind: 'retry', macs })).toBe('none');
  expect(confirmationFor(job('a'), { kind: 'again', macs })).toBe('ask');
  expect(confirmationFor(job('a'), { kind: 'retry', macs: many })).toBe('type-count');
  expect(confirmationFor(job('a', { op: 'power.reboot', args: {} }), { kind: 'retry', macs })).toBe(
    'type-count',
  );
});

test('the question tells what becomes of devices that are away or gone', () => {
  expect(
    repeatSentence({ kind: 'again', macs: ['B827EB000001', 'B827EB000002'] }, [undefined, undefined]),
  ).toBe('It runs once more on 2 devices, as a new job; 2 are not linked any more and are refused.');
});

test('a clock is set to the present time again, not to the old one', () => {
  const clock = job('a', { op: 'time.set', args: { time: '2020-01-01T00:00:00Z' } });
  expect(freshArguments(clock, '2026-11-25T10:00:00Z')).toEqual({ time: '2026-11-25T10:00:00Z' });
  expect(freshArguments(job('b'), 'x')).toEqual({ command: 'uname -a' });
});

test('failed devices are those that failed, were refused, interrupted or ran out of time', () => {
  const base = {
    jobId: 'a',
    detail: '',
    since: '',
    exitCode: null,
    signal: null,
    startedAt: null,
    finishedAt: null,
  };
  const rest = { attempts: 1, error: null, output: null, value: null };
  const results = (['succeeded', 'failed', 'cancelled', 'timed-out', 'queued'] as const).map((state) => ({
    ...base,
    ...rest,
    state,
    mac: state,
  }));
  expect(failedMacs(results)).toEqual(['failed', 'timed-out']);
});
