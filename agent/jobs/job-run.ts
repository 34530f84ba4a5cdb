import { toErrorBody } from '../../contract/lib/errors.ts';
import type { OutputStream } from '../../contract/model/job.ts';
import { OUTPUT_HEAD_BYTES } from '../../contract/wire/limits.ts';
import type { Clock } from '../system/clock.ts';
import { type EndReason, endReasonOf, type Operation, type OperationEnd } from './operation.ts';
import { createOutputFile, type OutputSource } from './output-file.ts';
import type { OutputSender } from './output-sender.ts';
import { type JobMessageBody, outputPath, type ResultFields } from './results.ts';

/** One job while it runs and until its output is sent. */
export interface JobRun {
  readonly sender: OutputSender;
  readonly elapsedMs: number;
  /** Asks the operation to end. */
  abort(reason: EndReason): void;
  /** The result, or undefined when only the next start can tell it. Never throws. */
  readonly done: Promise<ResultFields | undefined>;
}

export function startJobRun(options: {
  jobId: string;
  operation: Operation;
  args: Record<string, unknown>;
  jobsFolder: string;
  clock: Clock;
  publish: (body: JobMessageBody) => Promise<void>;
  onProcess: (pid: number) => void;
  follow: (sources: Record<OutputStream, OutputSource>) => OutputSender;
  onProblem: (event: string, error: unknown) => void;
}): JobRun {
  const { jobId, clock } = options;
  const startedAtMs = clock.monotonicMs();
  const controller = new AbortController();
  const fileOf = (stream: OutputStream) =>
    createOutputFile(outputPath(options.jobsFolder, jobId, stream), (error) => {
      options.onProblem('output-not-kept', error);
      progress('The disk of the device is full: the rest of the output is counted but not kept.');
    });
  const files = { stdout: fileOf('stdout'), stderr: fileOf('stderr') };
  const sender = options.follow(files);

  function progress(text: string, share?: number): void {
    const body = {
      type: 'progress' as const,
      text: text.slice(0, 500),
      ...(share !== undefined && { share }),
    };
    options.publish(body).catch(() => undefined); // offline: there is nobody to tell
  }

  async function run(): Promise<OperationEnd> {
    try {
      return await options.operation.run(options.args, {
        jobId,
        write(stream, chunk) {
          const before = files[stream].bytes;
          files[stream].write(chunk);
          if (before <= OUTPUT_HEAD_BYTES && files[stream].bytes > OUTPUT_HEAD_BYTES)
            progress('It printed more than 4 MB: the end of it is shown when the command has ended.');
          sender.notify();
        },
        progress,
        processStarted: options.onProcess,
        signal: controller.signal,
      });
    } catch (error) {
      if (controller.signal.aborted && endReasonOf(controller.signal) === 'cancelled')
        return { state: 'cancelled' };
      return { state: 'failed', error: toErrorBody(error) };
    }
  }

  async function finish(): Promise<ResultFields | undefined> {
    const end = await run();
    if (end === 'awaits-restart') return undefined;
    const durationMs = end.state === 'interrupted' ? null : Math.round(clock.monotonicMs() - startedAtMs);
    const [stdout, stderr] = await Promise.all([files.stdout.finish(), files.stderr.finish()]);
    return {
      state: end.state,
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      durationMs,
      error: end.error ?? null,
      output: { stdout, stderr },
      value: end.value ?? null,
    };
  }

  return {
    sender,
    get elapsedMs() {
      return Math.round(clock.monotonicMs() - startedAtMs);
    },
    abort: (reason) => controller.abort(reason),
    done: finish().catch((error: unknown) => ({
      // The disk failed while the output was made durable: the command has ended, but what it printed is not sure.
      ...{ state: 'failed' as const, exitCode: null, signal: null, durationMs: null },
      ...{ error: toErrorBody(error), output: null, value: null },
    })),
  };
}
