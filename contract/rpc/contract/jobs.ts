import { z } from 'zod';
import { Job, JobResult, JobResultWithOutput, OutputStream, Target } from '../../model/job.ts';
import { Mac } from '../../model/mac.ts';
import { OperationName } from '../../model/operation.ts';
import { SiteId } from '../../model/site.ts';
import { call } from '../definition.ts';

const JobIdInput = z.string().min(1).max(64);

export const jobCalls = {
  /** Stored before it answers; then sent to those online, queued for the others. `args` are checked by the operation's schema. */
  'jobs.start': call(
    z.object({
      siteId: SiteId,
      op: OperationName,
      args: z.record(z.string(), z.unknown()),
      target: Target,
      /** Give up on devices that did not accept within this time; absent: wait. */
      deadlineSec: z
        .number()
        .int()
        .min(1)
        .max(366 * 24 * 3600)
        .optional(),
    }),
    z.object({ job: Job }),
    'view',
  ),
  'jobs.list': call(
    z.object({
      siteId: SiteId.optional(),
      mac: Mac.optional(),
      /** Only jobs older than this one: the last of the previous page. */
      beforeId: JobIdInput.optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    z.object({ jobs: z.array(Job) }),
    'view',
  ),
  'jobs.show': call(
    z.object({
      jobId: JobIdInput,
      macs: z.array(Mac).max(1000).optional(),
      outputLimitBytes: z.number().int().min(0).max(5_000_000).default(65_536),
    }),
    z.object({ job: Job, results: z.array(JobResultWithOutput) }),
    'view',
  ),
  /** Results with the job's output of one device, newest first: a device's own history. */
  'jobs.of-device': call(
    z.object({ siteId: SiteId, mac: Mac, limit: z.number().int().min(1).max(500).default(50) }),
    z.object({ items: z.array(z.object({ job: Job, result: JobResult })) }),
    'view',
  ),
  /** `jobs.results` and `jobs.output` events of this job come to this session until `jobs.unwatch` or close. */
  'jobs.watch': call(
    z.object({ jobId: JobIdInput }),
    z.object({ job: Job, results: z.array(JobResult) }),
    'view',
  ),
  'jobs.unwatch': call(z.object({ jobId: JobIdInput }), z.object({}), 'view'),
  /** Ends what runs and takes back what waits, on all or some devices. */
  'jobs.cancel': call(
    z.object({ jobId: JobIdInput, macs: z.array(Mac).max(20_000).optional() }),
    z.object({ job: Job }),
    'operate',
  ),
  /** A new job for the devices that did not succeed, or for the given ones of them. */
  'jobs.retry': call(
    z.object({ jobId: JobIdInput, macs: z.array(Mac).max(20_000).optional() }),
    z.object({ job: Job }),
    'operate',
  ),
  /** Kept bytes of one stream from an offset, as base64; `nextOffset` is null at the end. A gap moves `offset` forward. */
  'jobs.read-output': call(
    z.object({
      jobId: JobIdInput,
      mac: Mac,
      stream: OutputStream,
      offset: z.number().int().min(0),
      limitBytes: z.number().int().min(1).max(1_000_000).default(262_144),
    }),
    z.object({ offset: z.number().int(), data: z.string(), nextOffset: z.number().int().nullable() }),
    'view',
  ),
};

export const jobEvents = {
  /** The newest jobs of all sites, newest first. */
  'jobs.snapshot': z.object({ jobs: z.array(Job) }),
  'jobs.changed': z.object({ jobs: z.array(Job) }),
  'jobs.results': z.object({ jobId: z.string(), results: z.array(JobResult) }),
  'jobs.output': z.object({
    jobId: z.string(),
    mac: Mac,
    stream: OutputStream,
    offset: z.number().int(),
    /** base64 */
    data: z.string(),
  }),
};
