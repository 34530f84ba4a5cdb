import { expect, test } from 'vitest';
import { isFinal, type Job, type JobResult, ResultState } from '../../contract/model/job.ts';
import {
  countClasses,
  countsSentence,
  estimateLeftMs,
  finishedCount,
  jobDurationMs,
  progressSentence,
  resultClassOf,
  resultDurationMs,
  resultStateWords,
} from './result-class.ts';

const result: JobResult = {
  jobId: 'job1',
  mac: 'B827EB407E5A',
  state: 'running',
  detail: '',
  since: '2026-11-25T10:00:01Z',
  exitCode: null,
  signal: null,
  startedAt: '2026-11-25T10:00:01Z',
  finishedAt: null,
  attempts: 1,
  error: null,
  output: null,
  value: null,
};
const job: Job = {
  id: 'job1',
  siteId: 'site0001',
  op: 'shell.run',
  title: 'Run uname -a',
  args: {},
  state: 'running',
  createdAt: '2026-11-25T10:00:00Z',
  createdBy: 'A. Kern',
  finishedAt: null,
  deadlineAt: null,
  retryOf: null,
  total: 40,
  counts: { succeeded: 29, running: 1, accepted: 1, queued: 6, failed: 2, 'timed-out': 1 },
};

test('only final states are counted as finished, and every state has words', () => {
  for (const state of ResultState.options) {
    expect(finishedCount(countClasses({ [state]: 1 }))).toBe(isFinal(state) ? 1 : 0);
    expect(resultStateWords(state)).not.toBe('');
  }
});

test('sent and accepted are on their way, queued waits', () => {
  expect(resultClassOf('sent')).toBe('running');
  expect(resultClassOf('queued')).toBe('waiting');
  expect(resultStateWords('sent')).toContain('not yet accepted');
});

test('counts are said without zeros', () => {
  expect(countsSentence(countClasses(job.counts))).toBe('29 succeeded · 2 running · 6 waiting · 3 failed');
  expect(countsSentence(countClasses({}))).toBe('no device');
  expect(progressSentence(job)).toBe('32 of 40 done');
});

test('a duration runs while the device works, and is unknown before it starts and after an interruption', () => {
  const nowMs = Date.parse('2026-11-25T10:00:04Z');
  expect(resultDurationMs(result, nowMs)).toBe(3_000);
  expect(resultDurationMs({ ...result, state: 'succeeded', finishedAt: '2026-11-25T10:00:03Z' }, nowMs)).toBe(
    2_000,
  );
  expect(resultDurationMs({ ...result, state: 'queued', startedAt: null }, nowMs)).toBeUndefined();
  expect(resultDurationMs({ ...result, state: 'interrupted' }, nowMs)).toBeUndefined();
  expect(jobDurationMs(job, nowMs)).toBe(4_000);
});

test('the time left is told only when enough devices have answered', () => {
  expect(estimateLeftMs(countClasses({ succeeded: 4, running: 4 }), 1_000)).toBeUndefined();
  expect(estimateLeftMs(countClasses({ succeeded: 10, running: 500 }), 1_000)).toBeUndefined();
  expect(estimateLeftMs(countClasses({ succeeded: 20, running: 10, queued: 70 }), 10_000)).toBe(5_000);
  expect(estimateLeftMs(countClasses({ succeeded: 20 }), 10_000)).toBeUndefined();
});
