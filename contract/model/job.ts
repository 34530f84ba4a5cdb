import { z } from 'zod';
import { ErrorBody } from '../lib/errors.ts';
import { Timestamp } from '../lib/time.ts';
import { Mac } from './mac.ts';
import { OperationName } from './operation.ts';

/** A job on one device. `queued`: waits in the control centre; `sent`: on its way, not yet accepted. */
export const ResultState = z.enum([
  'queued',
  'sent',
  'accepted',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'rejected',
  'interrupted',
  'timed-out',
]);
export type ResultState = z.infer<typeof ResultState>;

export const FINAL_STATES: readonly ResultState[] = [
  'succeeded',
  'failed',
  'cancelled',
  'rejected',
  'interrupted',
  'timed-out',
];

/** Whether nothing more will happen to a result. */
export function isFinal(state: ResultState): boolean {
  return FINAL_STATES.includes(state);
}

/** A job as a whole: `waiting` when all that is left waits for offline devices. */
export const JobState = z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

/** What was printed on one stream. Kept ranges tell exactly what was stored; nothing is cut without a word. */
export const StreamSummary = z.object({
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  kept: z.array(z.object({ offset: z.number().int().min(0), length: z.number().int().min(0) })).max(4),
});
export type StreamSummary = z.infer<typeof StreamSummary>;

export const OutputStream = z.enum(['stdout', 'stderr']);
export type OutputStream = z.infer<typeof OutputStream>;

/** One device's part of a job, without its output. */
export const JobResult = z.object({
  jobId: z.string(),
  mac: Mac,
  state: ResultState,
  /** Why it waits or what it does, as a sentence: shown beside the state. */
  detail: z.string().max(500),
  /** Since when `state` holds. */
  since: Timestamp,
  exitCode: z.number().int().nullable(),
  signal: z.string().max(20).nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  /** How often the request was sent. */
  attempts: z.number().int().min(0),
  error: ErrorBody.nullable(),
  /** Present once finished. */
  output: z.object({ stdout: StreamSummary, stderr: StreamSummary }).nullable(),
  /** What the operation returned, such as the facts of `info.collect`. */
  value: z.record(z.string(), z.unknown()).nullable(),
});
export type JobResult = z.infer<typeof JobResult>;

/** A result with what was kept of its output as text. `binary` streams come as base64. */
export const JobResultWithOutput = JobResult.extend({
  stdout: z.string(),
  stderr: z.string(),
  stdoutEncoding: z.enum(['utf8', 'base64']),
  stderrEncoding: z.enum(['utf8', 'base64']),
});
export type JobResultWithOutput = z.infer<typeof JobResultWithOutput>;

export const ResultCounts = z.partialRecord(ResultState, z.number().int().min(0));
export type ResultCounts = z.infer<typeof ResultCounts>;

/** A job without its results. */
export const Job = z.object({
  id: z.string(),
  siteId: z.string(),
  op: OperationName,
  title: z.string().max(300),
  args: z.record(z.string(), z.unknown()),
  state: JobState,
  createdAt: Timestamp,
  createdBy: z.string(),
  finishedAt: Timestamp.nullable(),
  /** What has not been accepted by then is given up; null waits without limit. */
  deadlineAt: Timestamp.nullable(),
  /** The job that this one repeats on the devices that failed. */
  retryOf: z.string().nullable(),
  total: z.number().int().min(0),
  counts: ResultCounts,
});
export type Job = z.infer<typeof Job>;

/** The state of a job from the states of its results. */
export function jobStateOf(counts: ResultCounts): JobState {
  const count = (state: ResultState): number => counts[state] ?? 0;
  if (count('sent') + count('accepted') + count('running') > 0) return 'running';
  if (count('queued') > 0) return 'waiting';
  if (count('failed') + count('rejected') + count('interrupted') + count('timed-out') > 0) return 'failed';
  if (count('cancelled') > 0) return 'cancelled';
  return 'succeeded';
}

/** Results that a retry repeats. */
export const RETRYABLE_STATES: readonly ResultState[] = [
  'failed',
  'cancelled',
  'rejected',
  'interrupted',
  'timed-out',
];

/** Which devices a job is for; resolved to MACs once, when it is created. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('devices'), macs: z.array(Mac).min(1).max(20_000) }),
  z.object({ kind: z.literal('tag'), tag: z.string().min(1).max(40) }),
  z.object({ kind: z.literal('group'), group: z.string().min(1).max(40) }),
  z.object({ kind: z.literal('all') }),
]);
export type Target = z.infer<typeof Target>;
