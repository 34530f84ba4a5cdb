import type { ErrorBody } from '../../../contract/lib/errors.ts';
import type { StoredResult } from '../history/job-row.ts';

/** One device's part of a new job: queued, or refused at once where the device is not linked. */
export function newResult(options: {
  siteId: string;
  jobId: string;
  mac: string;
  at: string;
  linked: boolean;
}): StoredResult {
  const { siteId, jobId, mac, at, linked } = options;
  const error: ErrorBody | null = linked
    ? null
    : {
        code: 'denied',
        message: `${mac} is not linked to this site, so nothing was sent to it. Link it first.`,
      };
  return {
    jobId,
    mac,
    siteId,
    state: linked ? 'queued' : 'rejected',
    detail: '',
    since: at,
    queuedAt: at,
    sentAt: null,
    acceptedAt: null,
    startedAt: null,
    finishedAt: linked ? null : at,
    attempts: 0,
    exitCode: null,
    signal: null,
    error,
    output: null,
    value: null,
    receipt: null,
  };
}
