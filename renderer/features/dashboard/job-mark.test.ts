import { expect, it } from 'vitest';
import type { Job } from '../../../contract/model/job.ts';
import { jobMark, progressText } from './job-mark.ts';

const job: Job = {
  id: 'job-1',
  siteId: 'site0001',
  op: 'shell.run',
  title: 'uname -a',
  args: {},
  state: 'failed',
  createdAt: '2026-11-25T00:00:00.000Z',
  createdBy: 'Anna Kern',
  finishedAt: null,
  deadlineAt: null,
  retryOf: null,
  total: 40,
  counts: { succeeded: 30, failed: 2, 'timed-out': 1, queued: 7 },
};

it('counts every way to fail as failed, and what waits apart', () => {
  expect(progressText(job)).toBe('30 of 40, 3 failed, 7 waiting');
  expect(progressText({ ...job, counts: { succeeded: 40 } })).toBe('40 of 40');
});

it('never calls a job done while something waits', () => {
  expect(jobMark({ ...job, state: 'waiting' }).kind).toBe('waiting');
});
