import { beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobResult } from '../../../contract/model/job.ts';
import { type ActivityLog, createActivityLog } from './activity.ts';

const MAC = 'B827EB000001';
const at = '2026-11-25T08:00:00.000Z';
let log: ActivityLog;
let told: number;
beforeEach(() => {
  told = 0;
  log = createActivityLog({
    now: () => Date.parse(at),
    onError: (error) => {
      throw error;
    },
  });
  log.changed.on(() => {
    told += 1;
  });
});

const job = (change: Partial<Job> = {}): Job => ({
  id: 'job1',
  siteId: 'site',
  op: 'shell.run',
  title: 'uptime',
  args: {},
  state: 'running',
  createdAt: at,
  createdBy: 'Ada',
  finishedAt: null,
  deadlineAt: null,
  retryOf: null,
  total: 1,
  counts: {},
  ...change,
});
const result = (change: Partial<JobResult> = {}): JobResult => ({
  jobId: 'job1',
  mac: MAC,
  state: 'queued',
  detail: '',
  since: at,
  exitCode: null,
  signal: null,
  startedAt: null,
  finishedAt: null,
  attempts: 0,
  error: null,
  output: null,
  value: null,
  ...change,
});

describe('the activity log', () => {
  it('has one line a device of a small job, which follows its outcome', () => {
    const outcomes: string[] = [];
    log.changed.on(([line]) => outcomes.push(`${line?.outcome} ${line?.detail}`));
    log.result(job(), result(), 'press-07');
    log.result(job(), result({ state: 'running' }), 'press-07');
    log.result(
      job(),
      result({ state: 'failed', exitCode: 3, startedAt: at, finishedAt: '2026-11-25T08:00:02.000Z' }),
      'press-07',
    );
    expect(outcomes).toEqual([
      'waiting uptime · waiting',
      'running uptime · running',
      'failed uptime · exit 3',
    ]);
    expect(log.list()).toMatchObject([{ subject: 'press-07', mac: MAC, jobId: 'job1', durationMs: 2_000 }]);
    log.job(job());
    expect(log.list()).toHaveLength(1);
  });

  it('has one line altogether for a large job', () => {
    const large = job({ total: 21, counts: { succeeded: 20, running: 1 } });
    log.result(large, result({ state: 'running' }), 'press-07');
    log.job(large);
    expect(log.list()).toMatchObject([
      { subject: '21 devices', outcome: 'running', detail: 'uptime · 20 of 21 succeeded', mac: null },
    ]);
    log.job({ ...large, state: 'succeeded', counts: { succeeded: 21 }, finishedAt: at });
    expect(log.list()).toMatchObject([{ outcome: 'ok', detail: 'uptime · 21 of 21 succeeded' }]);
  });

  it('says nothing when nothing changed, and forgets the oldest', () => {
    log.result(job(), result(), 'press-07');
    log.result(job(), result(), 'press-07');
    expect(told).toBe(1);
    for (let index = 0; index < 400; index += 1) {
      log.add({
        id: `a${index}`,
        siteId: null,
        mac: null,
        subject: 's',
        action: 'a',
        detail: '',
        outcome: 'info',
      });
    }
    expect(log.list()).toHaveLength(300);
    expect(log.list().at(-1)?.id).toBe('a399');
  });
});
