import { z } from 'zod';
import { ErrorBody } from '../../../contract/lib/errors.ts';
import {
  type Job,
  JobResult,
  jobStateOf,
  type ResultCounts,
  ResultState,
} from '../../../contract/model/job.ts';
import { OperationName } from '../../../contract/model/operation.ts';
import type { Row } from './database.ts';
import { jsonOrNull, number, numberOrNull, text, textOrNull } from './row.ts';

/** A job as it is stored. `state`, `total` and `counts` are not: they follow from its results. */
export interface NewJob extends Omit<Job, 'state' | 'total' | 'counts' | 'finishedAt'> {
  /** What the job engine must remember beside the contract's fields. */
  extra?: Record<string, unknown> | null;
}

/** A result with what only the control centre needs. */
export interface StoredResult extends JobResult {
  siteId: string;
  queuedAt: string;
  sentAt: string | null;
  acceptedAt: string | null;
  /** The device's signed statement of the outcome (JWS), once there is one. */
  receipt: string | null;
}

/** What of a result can change. */
export type ResultChange = Partial<Omit<StoredResult, 'jobId' | 'mac' | 'siteId' | 'queuedAt'>>;

const ValueRecord = z.record(z.string(), z.unknown());
const StoredValue = ValueRecord.nullable();
const StoredError = ErrorBody.nullable();
const OutputSummary = JobResult.shape.output;

/** The columns that `toJob` reads, with the counts of each state as one JSON object. */
export const JOB_COLUMNS = `seq, id, siteId, op, title, args, createdAt, createdBy, deadlineAt, finishedAt, retryOf, extra,
  (SELECT json_group_object(state, count) FROM job_counts WHERE jobSeq = jobs.seq AND count > 0) AS counts`;

const StoredCounts = z.partialRecord(ResultState, z.number().int());

export function toJob(row: Row): Job {
  const counts: ResultCounts = StoredCounts.parse(jsonOrNull(row, 'counts') ?? {});
  return {
    id: text(row, 'id'),
    siteId: text(row, 'siteId'),
    op: OperationName.parse(text(row, 'op')),
    title: text(row, 'title'),
    args: ValueRecord.parse(jsonOrNull(row, 'args')),
    state: jobStateOf(counts),
    createdAt: text(row, 'createdAt'),
    createdBy: text(row, 'createdBy'),
    finishedAt: textOrNull(row, 'finishedAt'),
    deadlineAt: textOrNull(row, 'deadlineAt'),
    retryOf: textOrNull(row, 'retryOf'),
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
  };
}

/** Needs the columns of `job_results` and the job's id as `jobId`. */
export function toResult(row: Row): StoredResult {
  return {
    jobId: text(row, 'jobId'),
    mac: text(row, 'mac'),
    siteId: text(row, 'siteId'),
    state: ResultState.parse(text(row, 'state')),
    detail: text(row, 'detail'),
    since: text(row, 'since'),
    attempts: number(row, 'attempts'),
    queuedAt: text(row, 'queuedAt'),
    sentAt: textOrNull(row, 'sentAt'),
    acceptedAt: textOrNull(row, 'acceptedAt'),
    startedAt: textOrNull(row, 'startedAt'),
    finishedAt: textOrNull(row, 'finishedAt'),
    exitCode: numberOrNull(row, 'exitCode'),
    signal: textOrNull(row, 'signal'),
    error: StoredError.parse(jsonOrNull(row, 'error')),
    output: OutputSummary.parse(jsonOrNull(row, 'output')),
    value: StoredValue.parse(jsonOrNull(row, 'value')),
    receipt: textOrNull(row, 'receipt'),
  };
}
