import { AppError, toErrorBody } from '../../contract/lib/errors.ts';
import type { OutputStream } from '../../contract/model/job.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../system/clock.ts';
import { type OutputSource, removeOutputFile } from './output-file.ts';
import { createChunkBudget, createOutputSender, type OutputSender } from './output-sender.ts';
import { type JobPublisher, outputPath, type Results } from './results.ts';

/**
 * Gets output and results to the control centre. Invariant: a result is sent only when all that is kept of the job's
 * output was taken by the broker, and again until it is acknowledged.
 */
export interface Deliveries {
  /** Sends what a job prints from now on; `finish` the sender when the result is recorded. */
  follow(jobId: string, sources: Record<OutputStream, OutputSource>): OutputSender;
  /** Sends a recorded result now, unless its output is still on its way. */
  sendResult(jobId: string): void;
  /** The same, settling when the broker has it. Throws `offline`. */
  deliverResult(jobId: string): Promise<void>;
  /** Sends kept output again from these offsets, and then the result. */
  resendOutput(jobId: string, from: readonly { stream: OutputStream; offset: number }[]): Promise<void>;
  /** These results are stored: their output is removed. */
  acknowledge(ids: readonly string[]): Promise<void>;
  setConnected(connected: boolean): void;
  stop(): void;
}

const CHUNKS_IN_FLIGHT_OF_ALL = 8;
const STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

export function createDeliveries(options: {
  journal: Journal;
  results: Results;
  jobsFolder: string;
  clock: Clock;
  log: Log;
  publish: JobPublisher;
  /** A job is over: nothing more will be sent of it. */
  onStored: (jobId: string) => void;
}): Deliveries {
  const { journal, results, publish } = options;
  const budget = createChunkBudget(CHUNKS_IN_FLIGHT_OF_ALL);
  const senders = new Map<string, OutputSender>();
  let connected = false;

  function follow(jobId: string, sources: Record<OutputStream, OutputSource>): OutputSender {
    const sender = createOutputSender({
      ...{ sources, budget, connected, monotonicMs: options.clock.monotonicMs },
      publish: (chunk) => publish(jobId, { type: 'output', ...chunk }),
      onDrained() {
        senders.delete(jobId);
        sendResult(jobId);
      },
    });
    senders.set(jobId, sender);
    return sender;
  }

  async function deliverResult(jobId: string): Promise<void> {
    if (!senders.has(jobId)) await results.publish(jobId);
  }

  function sendResult(jobId: string): void {
    deliverResult(jobId).catch((error: unknown) => {
      // Without a connection it is sent on the next connect.
      if (error instanceof AppError && error.code === 'offline') return;
      options.log.error('result-not-sent', { jobId, error: toErrorBody(error) });
    });
  }

  return {
    follow,
    sendResult,
    deliverResult,
    async resendOutput(jobId, from) {
      const record = journal.job(jobId);
      const sending = senders.get(jobId);
      const sender =
        sending ??
        (record?.state === 'finished' && !record.acknowledged
          ? follow(jobId, await results.outputSources(jobId))
          : undefined);
      // A sender that was made for this begins at the end: only what was asked for is sent.
      if (!sending) for (const stream of STREAMS) sender?.rewind(stream, Number.MAX_SAFE_INTEGER);
      for (const { stream, offset } of from) sender?.rewind(stream, offset);
      if (!sending) sender?.finish();
    },
    async acknowledge(ids) {
      const stored = ids.filter((id) => {
        const record = journal.job(id);
        return record?.state === 'finished' && !record.acknowledged;
      });
      if (stored.length === 0) return;
      await journal.acknowledge(stored);
      for (const id of stored) {
        senders.get(id)?.stop();
        senders.delete(id);
        options.onStored(id);
        for (const stream of STREAMS) removeOutputFile(outputPath(options.jobsFolder, id, stream));
      }
    },
    setConnected(value) {
      connected = value;
      for (const sender of [...senders.values()]) sender.setConnected(value);
    },
    stop() {
      for (const sender of senders.values()) sender.stop();
    },
  };
}
