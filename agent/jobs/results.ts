import { join } from 'node:path';
import type { ErrorBody } from '../../contract/lib/errors.ts';
import type { OutputStream, StreamSummary } from '../../contract/model/job.ts';
import type { Signer } from '../../contract/wire/documents.ts';
import type { JobMessage, SignedResult } from '../../contract/wire/messages/job.ts';
import { SignedResult as SignedResultSchema } from '../../contract/wire/messages/job.ts';
import { PROTOCOL_VERSION } from '../../contract/wire/version.ts';
import type { FinishedRecord, Journal } from '../journal/journal.ts';
import type { Clock } from '../system/clock.ts';
import { type OutputSource, openKeptOutput } from './output-file.ts';

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'v' | 'seq'> : never;
/** A job message before it gets its version and number. */
export type JobMessageBody = WithoutEnvelope<JobMessage>;

/** Sends one message of a job. Throws `offline`. */
export type JobPublisher = (jobId: string, body: JobMessageBody) => Promise<void>;

/** What is said of a finished job. */
export interface ResultFields {
  readonly state: SignedResult['state'];
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number | null;
  readonly error: ErrorBody | null;
  readonly output: { readonly stdout: StreamSummary; readonly stderr: StreamSummary } | null;
  readonly value: Record<string, unknown> | null;
}

/** Signs results, writes them down, and sends them. */
export interface Results {
  /** Signs and journals. Throws `no-space` when it cannot be written: then it must not be told either. */
  record(job: RecordedJob, fields: ResultFields): Promise<void>;
  /** Sends a result that could not be written down: only for a job of which nothing ran. */
  publishUnrecorded(job: RecordedJob, fields: ResultFields): Promise<void>;
  /** Sends a recorded result. */
  publish(jobId: string): Promise<void>;
  /** Where the output of a recorded result can be read. */
  outputSources(jobId: string): Promise<Record<OutputStream, OutputSource>>;
}

export interface RecordedJob {
  readonly id: string;
  readonly op: string;
  readonly kid?: string | undefined;
  readonly seq?: number | undefined;
}

/** The contract allows 200,000 characters; a value that makes a result longer is left out, with words. */
const RESULT_LIMIT_CHARACTERS = 190_000;

/** Path of what a job printed on one stream. */
export function outputPath(jobsFolder: string, jobId: string, stream: OutputStream): string {
  return join(jobsFolder, `${jobId}.${stream}`);
}

export function createResults(options: {
  journal: Journal;
  signer: Signer;
  siteId: string;
  mac: string;
  clock: Clock;
  jobsFolder: string;
  publish: JobPublisher;
}): Results {
  const { journal, clock } = options;

  async function sign(job: RecordedJob, fields: ResultFields): Promise<string> {
    const payload: SignedResult = {
      ...{ v: PROTOCOL_VERSION, site: options.siteId, mac: options.mac, jobId: job.id, op: job.op },
      ...fields,
      output: fields.output,
    };
    const jws = await options.signer.sign('muster-result', payload);
    if (jws.length <= RESULT_LIMIT_CHARACTERS) return jws;
    const error: ErrorBody = {
      code: 'too-large',
      message: 'The result is too long to be sent; ask for less.',
    };
    return options.signer.sign('muster-result', { ...payload, value: null, error: fields.error ?? error });
  }

  function ageMs(finished: FinishedRecord): number {
    const wall = clock.wallMs() - Date.parse(finished.at);
    // Within one start of the device the uptime is the truth; else it is at least how long the device has been up.
    if (finished.bootId === clock.bootId) return Math.max(0, clock.uptimeMs() - finished.uptimeMs);
    return Math.max(clock.uptimeMs(), wall);
  }

  return {
    async record(job, fields) {
      const { state, exitCode, signal, durationMs } = fields;
      await journal.finish({
        ...{ t: 'finished', id: job.id, op: job.op },
        ...(job.kid !== undefined && { kid: job.kid }),
        ...(job.seq !== undefined && { seq: job.seq }),
        ...{ at: clock.now(), bootId: clock.bootId, uptimeMs: clock.uptimeMs() },
        ...{ state, exitCode, signal, durationMs, result: await sign(job, fields) },
      });
    },
    async publishUnrecorded(job, fields) {
      await options.publish(job.id, { type: 'finished', ageMs: 0, result: await sign(job, fields) });
    },
    async publish(jobId) {
      const record = journal.job(jobId);
      if (!record?.finished) return;
      const { state, exitCode, signal, durationMs } = record.finished;
      // Of a long result that was acknowledged only the outline is left.
      const result =
        (await journal.result(jobId)) ??
        (await sign(record, { state, exitCode, signal, durationMs, error: null, output: null, value: null }));
      await options.publish(jobId, { type: 'finished', ageMs: ageMs(record.finished), result });
    },
    async outputSources(jobId) {
      const payload = (await journal.result(jobId))?.split('.')[1];
      // The journal is our own and checked by its sums: the signature need not be looked at again.
      const result =
        payload === undefined
          ? undefined
          : SignedResultSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      const source = (stream: OutputStream): OutputSource =>
        openKeptOutput(
          outputPath(options.jobsFolder, jobId, stream),
          result?.output?.[stream] ?? { bytes: 0, sha256: '', kept: [] },
        );
      return { stdout: source('stdout'), stderr: source('stderr') };
    },
  };
}
