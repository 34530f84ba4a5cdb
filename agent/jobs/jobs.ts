import { createHash } from 'node:crypto';
import { AppError, checkValue, type ErrorCode, toErrorBody } from '../../contract/lib/errors.ts';
import { isOperation, OPERATIONS } from '../../contract/model/operation.ts';
import { AGENT_OPEN_JOBS, AGENT_PARALLEL_JOBS } from '../../contract/wire/limits.ts';
import type { JobRecord, Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../system/clock.ts';
import type { Processes } from '../system/processes.ts';
import type { Deliveries } from './deliveries.ts';
import { type JobRun, startJobRun } from './job-run.ts';
import type { Operation, Operations } from './operation.ts';
import type { JobPublisher, ResultFields, Results } from './results.ts';

/** A job as it was asked for, by someone who may. */
export interface JobRequest {
  readonly id: string;
  readonly op: string;
  readonly args: Record<string, unknown>;
  readonly kid: string;
  readonly seq: number;
}

/**
 * Runs jobs, each once, and tells what came of them until someone has stored it. Requests are handled before the
 * broker gets its acknowledgement, so none of these may wait for the broker in turn (`tellAll` excepted).
 */
export interface Jobs {
  /** Settles when it is in the journal, accepted or finished. For a job that is known, tells its state. */
  submit(request: JobRequest): Promise<void>;
  /** Records that a job does not run, and why. */
  reject(request: JobRequest, code: ErrorCode, message: string): Promise<void>;
  /** Ends a job; one that is not known will never run. */
  cancel(id: string): Promise<void>;
  /** Tells the state of a known job again, without waiting for the broker. */
  tell(id: string): void;
  /** Tells the state of all jobs that are not acknowledged. Throws `offline`. */
  tellAll(): Promise<void>;
  /** Ends what runs and records it as interrupted. */
  stop(): Promise<void>;
}

/** Results that nobody has stored: above this, new jobs are rejected rather than the disk filled. */
const UNACKNOWLEDGED_LIMIT = 5000;
const JOURNAL_RETRY_MS = 5_000;

interface Waiting {
  readonly request: JobRequest;
  readonly operation: Operation;
}

export function createJobs(options: {
  journal: Journal;
  results: Results;
  operations: Operations;
  deliveries: Deliveries;
  jobsFolder: string;
  clock: Clock;
  processes: Processes;
  log: Log;
  publish: JobPublisher;
}): Jobs {
  const { journal, results, deliveries, clock, log, publish } = options;
  const running = new Map<string, JobRun>();
  const ending = new Set<Promise<void>>();
  /** Cancelled while the journal was writing their start. */
  const cancelledAtStart = new Set<string>();
  const queue: Waiting[] = [];
  let busy = 0;
  let stopping = false;

  /** For messages that are said again on the next connect. */
  function publishSoon(id: string, body: Parameters<JobPublisher>[1]): void {
    publish(id, body).catch(() => undefined);
  }

  async function reject(request: JobRequest, code: ErrorCode, message: string): Promise<void> {
    const fields: ResultFields = {
      ...{ state: 'rejected', exitCode: null, signal: null, durationMs: null, output: null, value: null },
      error: { code, message },
    };
    try {
      await results.record(request, fields);
    } catch (error) {
      log.error('result-not-recorded', { jobId: request.id, error: toErrorBody(error) });
      results.publishUnrecorded(request, fields).catch(() => undefined); // offline: it is asked for again
      return;
    }
    deliveries.sendResult(request.id);
  }

  /** Why a job cannot be taken, or what it needs to run. */
  function check(request: JobRequest): Waiting | [ErrorCode, string] {
    const operation = isOperation(request.op) ? options.operations[request.op] : undefined;
    if (!isOperation(request.op) || !operation) {
      return ['unsupported', `This device’s agent does not offer ${request.op}.`];
    }
    const args = checkValue<Record<string, unknown>>(OPERATIONS[request.op].args, request.args);
    if (!args.ok) return ['invalid', `${request.op} cannot run like this: ${args.problem}.`];
    if (journal.openCount() >= AGENT_OPEN_JOBS)
      return [
        'conflict',
        `${AGENT_OPEN_JOBS} jobs wait on this device already. Try again when some have ended.`,
      ];
    if (journal.unacknowledgedCount() >= UNACKNOWLEDGED_LIMIT)
      return [
        'no-space',
        `${UNACKNOWLEDGED_LIMIT} results wait to be stored. Let a control centre fetch them first.`,
      ];
    return { request: { ...request, args: args.value }, operation };
  }

  async function submit(request: JobRequest): Promise<void> {
    // Not written down, so that it is sent again to the next run of the agent and starts there.
    if (stopping) return;
    const known = journal.job(request.id);
    if (known && known.state !== 'dropped') {
      await journal.noteRequest(request.kid, request.seq);
      tellSoon(request.id);
      return;
    }
    const checked = check(request);
    if (Array.isArray(checked)) {
      await reject(request, ...checked);
      return;
    }
    const startsNow = busy < AGENT_PARALLEL_JOBS || checked.operation.immediate === true;
    const { id, op, kid, seq } = request;
    try {
      const argsHash = createHash('sha256').update(JSON.stringify(request.args)).digest('hex');
      await journal.accept(
        { t: 'accepted', id, op, argsHash, kid, seq, at: clock.now() },
        startsNow ? startedEntry(checked) : undefined,
      );
    } catch (error) {
      const { code, message } = toErrorBody(error);
      await reject(request, code, `The job was not taken, because it could not be written down: ${message}`);
      return;
    }
    publishSoon(id, { type: 'accepted' });
    if (startsNow) begin(checked);
    else queue.push(checked);
  }

  function startedEntry({ request, operation }: Waiting) {
    const expect = operation.expects?.(request.args);
    return {
      ...{ t: 'started' as const, id: request.id, at: clock.now(), bootId: clock.bootId },
      ...(expect !== undefined && { expect }),
    };
  }

  /** The journal says `started` already. */
  function begin(waiting: Waiting): void {
    const { id, args } = waiting.request;
    busy += 1;
    publishSoon(id, { type: 'running', elapsedMs: 0 });
    const run = startJobRun({
      ...{ jobId: id, operation: waiting.operation, args, jobsFolder: options.jobsFolder, clock },
      follow: (sources) => deliveries.follow(id, sources),
      publish: (body) => publish(id, body),
      onProcess(pid) {
        const pidStart = options.processes.startTime(pid);
        if (pidStart !== undefined)
          journal
            .noteProcess(id, pid, pidStart)
            .catch((error: unknown) => problem('process-not-noted', id, error));
      },
      onProblem: (event, error) => problem(event, id, error),
    });
    running.set(id, run);
    if (cancelledAtStart.delete(id)) run.abort('cancelled');
    if (stopping) run.abort('stopping');
    const end = settle(waiting, run).finally(() => ending.delete(end));
    ending.add(end);
  }

  function problem(event: string, jobId: string, error: unknown): void {
    log.error(event, { jobId, error: toErrorBody(error) });
  }

  async function settle({ request }: Waiting, run: JobRun): Promise<void> {
    const fields = await run.done;
    busy -= 1;
    if (!fields) return; // the next start of the device or the agent tells
    for (;;) {
      try {
        await results.record(request, fields);
        break;
      } catch (error) {
        problem('result-not-recorded', request.id, error);
        // Told only once it is written: else a crash now would make it another result later.
        if (stopping) return;
        await new Promise((resolve) => setTimeout(resolve, JOURNAL_RETRY_MS));
      }
    }
    running.delete(request.id);
    log.info('job-finished', {
      jobId: request.id,
      op: request.op,
      state: fields.state,
      durationMs: fields.durationMs,
    });
    run.sender.finish();
    startNext();
  }

  function startNext(): void {
    if (stopping || busy >= AGENT_PARALLEL_JOBS) return;
    const waiting = queue.shift();
    if (!waiting) return;
    busy += 1; // holds the place while the journal is written
    journal.start(startedEntry(waiting)).then(
      () => {
        busy -= 1;
        if (stopping) return;
        begin(waiting);
        startNext();
      },
      async (error: unknown) => {
        busy -= 1;
        const { code, message } = toErrorBody(error);
        await reject(
          waiting.request,
          code,
          `The job was not started, because it could not be written down: ${message}`,
        );
        startNext();
      },
    );
  }

  async function tell(id: string): Promise<void> {
    const record = journal.job(id);
    if (!record) return;
    if (record.state === 'accepted') await publish(id, { type: 'accepted' });
    else if (record.state === 'started')
      await publish(id, { type: 'running', elapsedMs: running.get(id)?.elapsedMs ?? 0 });
    else if (record.state === 'finished') await deliveries.deliverResult(id);
  }

  function tellSoon(id: string): void {
    tell(id).catch((error: unknown) => {
      // Without a connection all is told on the next connect.
      if (!(error instanceof AppError) || error.code !== 'offline') problem('state-not-told', id, error);
    });
  }

  async function cancel(id: string): Promise<void> {
    const record = journal.job(id);
    const run = running.get(id);
    if (run) {
      run.abort('cancelled');
      return;
    }
    if (record?.state === 'finished') {
      tellSoon(id);
      return;
    }
    const place = queue.findIndex(({ request }) => request.id === id);
    if (place >= 0) queue.splice(place, 1);
    else if (record?.state === 'accepted' || record?.state === 'started') {
      cancelledAtStart.add(id);
      return;
    }
    await results.record(
      { id, op: record?.op ?? 'unknown', kid: record?.kid, seq: record?.seq },
      CANCELLED_BEFORE_START,
    );
    deliveries.sendResult(id);
  }

  return {
    submit,
    reject,
    cancel,
    tell: tellSoon,
    async tellAll() {
      const due = (record: JobRecord): boolean => record.state !== 'dropped' && !record.acknowledged;
      for (const record of journal.jobs().filter(due)) {
        try {
          await tell(record.id);
        } catch (error) {
          if (error instanceof AppError && error.code === 'offline') throw error;
          problem('state-not-told', record.id, error);
        }
      }
    },
    async stop() {
      stopping = true;
      for (const run of running.values()) run.abort('stopping');
      await Promise.all(ending);
      deliveries.stop();
    },
  };
}

const CANCELLED_BEFORE_START: ResultFields = {
  ...{ state: 'cancelled', exitCode: null, signal: null, durationMs: null, output: null, value: null },
  error: { code: 'cancelled', message: 'It was cancelled before it started.' },
};
