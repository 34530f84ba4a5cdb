import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import { createHistory, type History } from '../history/history.ts';
import { type NewJobRequest, storeNewJob } from './new-job.ts';

const MAC = 'B827EB000001';
const UNLINKED = 'B827EB000002';
const AT = '2026-11-25T08:00:00.000Z';
const REQUEST: NewJobRequest = {
  op: 'shell.run',
  args: { command: 'uptime' },
  macs: [MAC, UNLINKED],
  createdBy: 'Ada',
  deadlineAt: null,
  retryOf: null,
};

let folder: string;
let history: History;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-new-job-'));
  history = createHistory({ path: join(folder, 'history.sqlite'), onReport: () => undefined });
  await history.start();
});
afterEach(async () => {
  await history.stop();
  rmSync(folder, { recursive: true, force: true });
});

const store = (request: NewJobRequest, into: History = history) =>
  storeNewJob({
    history: into,
    siteId: 'site12345678',
    request,
    isLinked: (mac) => mac === MAC,
    at: AT,
  });
const auditEntries = () => history.audit.list({ limit: 10, filter: {} });

it('stores a job, its results and who asked for it together', () => {
  const { job, rows } = store(REQUEST);
  expect(rows.map(({ mac, state }) => [mac, state])).toEqual([
    [MAC, 'queued'],
    [UNLINKED, 'rejected'],
  ]);
  expect(auditEntries()).toMatchObject([
    {
      actor: 'Ada',
      action: 'shell.run',
      target: `2 devices: ${MAC} ${UNLINKED}`,
      detail: `job ${job.id}: uptime`,
    },
  ]);
  const retry = store({ ...REQUEST, macs: [MAC], retryOf: job.id });
  expect(auditEntries()[0]).toMatchObject({
    action: 'jobs.retry',
    target: job.id,
    detail: `new job ${retry.job.id} on 1 device`,
  });
});

it('stores no job when the audit entry cannot be stored, so that a failure that is told is none that runs', () => {
  const audit = {
    ...history.audit,
    append: () => {
      throw new AppError('no-space', 'The disk is full.');
    },
  };
  const full: History = { ...history, audit };
  expect(() => store(REQUEST, full)).toThrow('The disk is full.');
  expect(history.jobs.list({ limit: 10 })).toEqual([]);
  expect(auditEntries()).toEqual([]);
});

it('stores nothing for arguments that make no sense', () => {
  expect(() => store({ ...REQUEST, args: {} })).toThrow('Run command: give either a command or a script.');
  expect(history.jobs.list({ limit: 10 })).toEqual([]);
  expect(auditEntries()).toEqual([]);
});
