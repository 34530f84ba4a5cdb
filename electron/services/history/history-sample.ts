import type { NewJob, StoredResult } from './job-row.ts';

/** Entries for tests, with every field set. */
export const SITE = '7f1c4a2e-0000-4000-8000-000000000001';

export function sampleMac(index: number): string {
  return (0xb827eb000000 + index).toString(16).toUpperCase();
}

export function sampleJob(id: string, change: Partial<NewJob> = {}): NewJob {
  return {
    id,
    siteId: SITE,
    op: 'shell.run',
    title: 'Run command',
    args: { command: 'uname -a', interpreter: '/bin/sh' },
    createdAt: '2026-11-25T08:00:00.000Z',
    createdBy: 'Ada',
    deadlineAt: null,
    retryOf: null,
    ...change,
  };
}

export function sampleResult(jobId: string, mac: string, change: Partial<StoredResult> = {}): StoredResult {
  return {
    jobId,
    mac,
    siteId: SITE,
    state: 'queued',
    detail: '',
    since: '2026-11-25T08:00:00.000Z',
    attempts: 0,
    queuedAt: '2026-11-25T08:00:00.000Z',
    sentAt: null,
    acceptedAt: null,
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    signal: null,
    error: null,
    output: null,
    value: null,
    receipt: null,
    ...change,
  };
}
