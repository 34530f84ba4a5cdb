import { Worker, type WorkerOptions } from 'node:worker_threads';
import { AppError, fromErrorBody } from '../../contract/lib/errors.ts';
import type { BrokerReport } from './broker-report.ts';
import type { BrokerWorkerData, FromBrokerWorker, ToBrokerWorker } from './worker-messages.ts';

type Request<T = ToBrokerWorker> = T extends { request: number } ? Omit<T, 'request'> : never;

/** Starts a thread; tests pass their own to get hold of it. */
export type StartWorker = (url: URL, options: WorkerOptions) => Worker;

interface ThreadDependencies {
  url: URL;
  data: BrokerWorkerData;
  startWorker: StartWorker;
  onReport: (report: BrokerReport) => void;
  /** The thread ended by itself, after it had been ready. */
  onDied: (error: Error) => void;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5000;

/** One life of the broker's worker thread. */
export function createBrokerThread({ url, data, startWorker, onReport, onDied }: ThreadDependencies) {
  let worker: Worker | undefined;
  let isStopping = false;
  let lastError: Error | undefined;
  let lastRequest = 0;
  const waiting = new Map<number, { resolve: () => void; reject: (error: AppError) => void }>();

  function start(): Promise<Record<string, number>> {
    return new Promise((resolve, reject) => {
      const thread = startWorker(url, {
        name: 'muster-broker',
        workerData: data,
        // Nothing of the environment or of the command line is the broker's business.
        env: {},
        argv: [],
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: data.limits.workerHeapMb },
      });
      worker = thread;
      let isReady = false;
      const timer = setTimeout(() => {
        fail(
          new AppError(
            'timeout',
            'The embedded broker did not start within 15 seconds. Close other programs and try again.',
          ),
        );
      }, START_TIMEOUT_MS);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        isStopping = true;
        // Rejects even if ending the thread should fail.
        void thread.terminate().finally(() => reject(error));
      };
      thread.on('message', (message: FromBrokerWorker) => {
        if (message.type === 'ready') {
          isReady = true;
          clearTimeout(timer);
          resolve(message.ports);
        } else if (message.type === 'failed') fail(fromErrorBody(message.error));
        else if (message.type === 'report') onReport(message.report);
        else if (message.type === 'done') settle(message);
      });
      thread.on('error', (error: Error) => {
        lastError = error;
      });
      thread.on('exit', (code) => {
        clearTimeout(timer);
        const error = lastError ?? new Error(`The thread of the embedded broker ended with code ${code}.`);
        for (const { reject: rejectRequest } of waiting.values()) rejectRequest(offline(error));
        waiting.clear();
        if (isStopping) return;
        if (isReady) onDied(error);
        else
          reject(
            new AppError('internal', `The embedded broker could not start: ${error.message}`, undefined, {
              cause: error,
            }),
          );
      });
    });
  }

  function settle(message: FromBrokerWorker & { type: 'done' }): void {
    const request = waiting.get(message.request);
    waiting.delete(message.request);
    if (message.error) request?.reject(fromErrorBody(message.error));
    else request?.resolve();
  }

  /** Resolves when the broker has applied it; throws `offline` when the thread ended meanwhile. */
  function request(message: Request): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!worker || isStopping) {
        reject(offline());
        return;
      }
      lastRequest += 1;
      waiting.set(lastRequest, { resolve, reject });
      worker.postMessage({ ...message, request: lastRequest });
    });
  }

  /** Lets the broker close its connections, but waits no longer than 5 s. */
  async function stop(): Promise<void> {
    const thread = worker;
    if (!thread) return;
    isStopping = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, STOP_TIMEOUT_MS);
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      thread.on('message', (message: FromBrokerWorker) => {
        if (message.type === 'stopped' || message.type === 'failed') finish();
      });
      thread.once('exit', finish);
      thread.postMessage({ type: 'stop' } satisfies ToBrokerWorker);
    });
    await thread.terminate();
    worker = undefined;
  }

  return { start, stop, request };
}
export type BrokerThread = ReturnType<typeof createBrokerThread>;

/** `new Worker`, for use outside of tests. */
export function startWorkerThread(url: URL, options: WorkerOptions): Worker {
  return new Worker(url, options);
}

function offline(cause?: Error): AppError {
  return new AppError(
    'offline',
    'The embedded broker is not running at the moment. Try again in a few seconds.',
    undefined,
    { cause },
  );
}
