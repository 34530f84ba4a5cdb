import { expect, test } from 'vitest';
import type { JobResult } from '../../../contract/model/job.ts';
import { outcomeKind, outcomeReason, outcomeWords } from './outcome-words.ts';

const base: JobResult = {
  jobId: 'j',
  mac: 'B827EB407E5A',
  state: 'succeeded',
  detail: '',
  since: '2026-11-25T00:00:00Z',
  exitCode: 0,
  signal: null,
  startedAt: null,
  finishedAt: null,
  attempts: 1,
  error: null,
  output: null,
  value: null,
};

test('an exit code, a signal and a time limit are told apart', () => {
  expect(outcomeWords(base)).toBe('exit 0');
  expect(outcomeWords({ ...base, state: 'failed', exitCode: 127 })).toBe('exit 127');
  expect(outcomeWords({ ...base, state: 'failed', exitCode: null, signal: 'SIGSEGV' })).toBe(
    'ended by SIGSEGV',
  );
  expect(outcomeWords({ ...base, state: 'timed-out', exitCode: null, signal: 'SIGKILL' })).toBe(
    'timed out, ended by SIGKILL',
  );
});

test('what is not at its end never reads like an end', () => {
  expect(outcomeWords({ ...base, state: 'queued', exitCode: null })).toBe('waiting');
  expect(outcomeWords({ ...base, state: 'sent', exitCode: null })).toBe('sent, not yet accepted');
  expect(outcomeKind({ ...base, state: 'sent' })).toBe('running');
  expect(outcomeKind({ ...base, state: 'interrupted' })).toBe('failed');
  expect(outcomeKind({ ...base, state: 'cancelled' })).toBe('offline');
});

test('the reason is the error before the detail', () => {
  expect(outcomeReason({ ...base, detail: 'Waits for the device.' })).toBe('Waits for the device.');
  expect(
    outcomeReason({ ...base, detail: 'x', error: { code: 'not-found', message: 'There is no user bob.' } }),
  ).toBe('There is no user bob.');
});
