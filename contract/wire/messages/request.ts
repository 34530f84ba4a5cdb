import { z } from 'zod';
import { OutputStream } from '../../model/job.ts';
import { Mac } from '../../model/mac.ts';
import { signedFields } from '../envelope.ts';

/** Identity of a job, chosen by the control centre: also the idempotency key on the device. */
export const JobId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'a job id has 8 to 64 letters, digits, _ or -');

/** For whom a request is meant; must agree with the topic that it came on. */
export const RequestTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('device'), mac: Mac }),
  z.object({ kind: z.literal('group'), group: z.string().min(1).max(40) }),
  z.object({ kind: z.literal('all') }),
]);
export type RequestTarget = z.infer<typeof RequestTarget>;

export const RequestBody = z.discriminatedUnion('type', [
  /** Run an operation once. `op` stays free text so that an older agent can answer `unsupported`. */
  z.object({
    type: z.literal('job'),
    id: JobId,
    op: z.string().min(1).max(64),
    args: z.record(z.string(), z.unknown()),
  }),
  /** End a job; one that is not known yet will never run. */
  z.object({ type: z.literal('cancel'), id: JobId }),
  /** The results of these jobs are stored: stop sending them. */
  z.object({ type: z.literal('acknowledge'), ids: z.array(JobId).min(1).max(500) }),
  /** Send kept output again, from these offsets. */
  z.object({
    type: z.literal('output'),
    id: JobId,
    from: z
      .array(z.object({ stream: OutputStream, offset: z.number().int().min(0) }))
      .min(1)
      .max(8),
  }),
  /** Send presence, inventory, open jobs and results again, each within a random part of this time. */
  z.object({ type: z.literal('announce'), jitterMs: z.number().int().min(0).max(120_000) }),
]);
export type RequestBody = z.infer<typeof RequestBody>;

/** Payload of a `muster-request`. `seq` grows with every request that a key signs. */
export const Request = z.object({
  ...signedFields,
  seq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  target: RequestTarget,
  body: RequestBody,
});
export type Request = z.infer<typeof Request>;
