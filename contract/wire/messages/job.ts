import { z } from 'zod';
import { ErrorBody } from '../../lib/errors.ts';
import { OutputStream, StreamSummary } from '../../model/job.ts';
import { Mac } from '../../model/mac.ts';
import { signedFields } from '../envelope.ts';
import { OUTPUT_CHUNK_BYTES } from '../limits.ts';
import { PROTOCOL_VERSION } from '../version.ts';
import { JobId } from './request.ts';

const common = { v: z.literal(PROTOCOL_VERSION), seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) };
const Jws = z.string().max(200_000);

/** A hundred years. A device without a clock may tell more; that is read as this, so that no date goes astray. */
export const DURATION_LIMIT_MS = 100 * 366 * 24 * 3_600_000;
const DurationMs = z
  .number()
  .min(0)
  .transform((durationMs) => Math.min(durationMs, DURATION_LIMIT_MS));

/** On `device/<MAC>/job/<jobId>`. `seq` counts the messages of one job from one run of the agent, from 0. */
export const JobMessage = z.discriminatedUnion('type', [
  /** In the journal; waits its turn. */
  z.object({ ...common, type: z.literal('accepted') }),
  /** Started `elapsedMs` ago. */
  z.object({ ...common, type: z.literal('running'), elapsedMs: DurationMs }),
  /** For operations that take long: a sentence, and a share from 0 to 1 where it is known. */
  z.object({
    ...common,
    type: z.literal('progress'),
    text: z.string().max(500),
    share: z.number().min(0).max(1).optional(),
  }),
  /** Bytes of a stream from `offset`, as base64. A gap shows as an offset that does not follow. */
  z.object({
    ...common,
    type: z.literal('output'),
    stream: OutputStream,
    offset: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    data: z
      .string()
      .max(Math.ceil((OUTPUT_CHUNK_BYTES * 4) / 3) + 4)
      .regex(/^[A-Za-z0-9+/]*={0,2}$/),
  }),
  /** A `muster-result`, finished `ageMs` ago: so no clock needs to be right. Sent again until acknowledged. */
  z.object({ ...common, type: z.literal('finished'), ageMs: DurationMs, result: Jws }),
  /** A `muster-refusal`: the request was genuine but came out of order; the console signs it anew with a higher number. */
  z.object({ ...common, type: z.literal('refused'), refusal: Jws }),
]);
export type JobMessage = z.infer<typeof JobMessage>;

/** Final states that a device can report. */
export const DeviceResultState = z.enum([
  'succeeded',
  'failed',
  'cancelled',
  'rejected',
  'interrupted',
  'timed-out',
]);

/** Payload of a `muster-result`. */
export const SignedResult = z.object({
  ...signedFields,
  mac: Mac,
  jobId: JobId,
  op: z.string().max(64),
  state: DeviceResultState,
  exitCode: z.number().int().nullable(),
  signal: z.string().max(20).nullable(),
  /** From start to end, by a clock that cannot be set; null when it never started or was interrupted. */
  durationMs: DurationMs.nullable(),
  error: ErrorBody.nullable(),
  output: z.object({ stdout: StreamSummary, stderr: StreamSummary }).nullable(),
  value: z.record(z.string(), z.unknown()).nullable(),
});
export type SignedResult = z.infer<typeof SignedResult>;

/** Payload of a `muster-refusal`. */
export const Refusal = z.object({
  ...signedFields,
  mac: Mac,
  jobId: JobId,
  reason: z.enum(['replayed']),
  highestSeq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type Refusal = z.infer<typeof Refusal>;
