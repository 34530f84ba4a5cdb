import { randomBytes } from 'node:crypto';
import { AppError, checkValue, type ErrorBody } from '../../../contract/lib/errors.ts';
import { isFinal, type Job } from '../../../contract/model/job.ts';
import { OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';
import type { History } from '../history/history.ts';
import type { StoredResult } from '../history/job-row.ts';
import { jobTitle } from './job-text.ts';

export interface NewJobRequest {
  readonly op: OperationName;
  readonly args: Record<string, unknown>;
  readonly macs: readonly string[];
  readonly createdBy: string;
  readonly deadlineAt: string | null;
  readonly retryOf: string | null;
}

export interface NewJob {
  readonly job: Job;
  readonly rows: StoredResult[];
}

/**
 * Checks the arguments and stores the job with all of its results and its audit entry in one transaction: no job without
 * an entry, and no failure told for a job that runs. Throws `invalid`.
 */
export function storeNewJob(options: {
  history: History;
  siteId: string;
  request: NewJobRequest;
  isLinked(mac: string): boolean;
  at: string;
}): NewJob {
  const { history, siteId, request, at } = options;
  const { op, createdBy, deadlineAt, retryOf } = request;
  const parsed = checkValue<Record<string, unknown>>(OPERATIONS[op].args, request.args);
  if (!parsed.ok) throw new AppError('invalid', `${OPERATIONS[op].title}: ${parsed.problem}.`);
  const id = randomBytes(8).toString('hex');
  const args = parsed.value;
  const rows = request.macs.map((mac) =>
    newResult({ siteId, jobId: id, mac, at, linked: options.isLinked(mac) }),
  );
  history.transaction(() => {
    history.jobs.insert({
      id,
      siteId,
      op,
      title: jobTitle(op, args),
      args,
      createdAt: at,
      createdBy,
      deadlineAt,
      retryOf,
    });
    for (const row of rows) history.results.insert(row);
    history.audit.append({ at, siteId, actor: createdBy, ...auditOf(id, jobTitle(op, args), request) });
    if (rows.every((row) => isFinal(row.state))) history.jobs.finish(id, at);
  });
  const job = history.jobs.get(id);
  if (!job) throw new AppError('internal', `The job ${id} was stored and is not there.`);
  return { job, rows };
}

function auditOf(
  id: string,
  title: string,
  { op, macs, retryOf }: NewJobRequest,
): { action: string; target: string; detail: string } {
  const devices = macs.length === 1 ? '1 device' : `${macs.length} devices`;
  const target = `${devices}: ${macs.slice(0, 30).join(' ')}`;
  return retryOf === null
    ? { action: op, target, detail: `job ${id}: ${title}` }
    : { action: 'jobs.retry', target: retryOf, detail: `new job ${id} on ${devices}` };
}

/** One device's part of a new job: queued, or refused at once where the device is not linked. */
function newResult(options: {
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
