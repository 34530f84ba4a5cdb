import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  FINAL_STATES,
  isFinal,
  jobStateOf,
  RETRYABLE_STATES,
  type ResultCounts,
  ResultState,
} from './job.ts';

test.each<[ResultCounts, string]>([
  [{ queued: 3 }, 'waiting'],
  [{ queued: 3, sent: 1 }, 'running'],
  [{ accepted: 1, failed: 9 }, 'running'],
  [{ running: 1 }, 'running'],
  [{ queued: 1, succeeded: 5, failed: 1 }, 'waiting'],
  [{ succeeded: 5 }, 'succeeded'],
  [{ succeeded: 5, failed: 1 }, 'failed'],
  [{ succeeded: 5, rejected: 1 }, 'failed'],
  [{ interrupted: 1, cancelled: 1 }, 'failed'],
  [{ 'timed-out': 1 }, 'failed'],
  [{ succeeded: 5, cancelled: 1 }, 'cancelled'],
  [{}, 'succeeded'],
])('results of %j make a job %s', (counts, state) => {
  expect(jobStateOf(counts)).toBe(state);
});

test('a job is over exactly when all of its results are', () => {
  const counts = fc.dictionary(fc.constantFrom(...ResultState.options), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(counts, (record) => {
      const open = ResultState.options.some((state) => !isFinal(state) && (record[state] ?? 0) > 0);
      expect(['running', 'waiting'].includes(jobStateOf(record))).toBe(open);
    }),
  );
});

test('everything final but success can be tried again', () => {
  expect([...RETRYABLE_STATES, 'succeeded'].sort()).toEqual([...FINAL_STATES].sort());
});
