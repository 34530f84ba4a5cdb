import { AppError, type ErrorBody } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import {
  isFinal,
  type Job,
  type JobResult,
  type OutputStream,
  RETRYABLE_STATES,
} from '../../../contract/model/job.ts';
import type { DocumentOpener } from '../../../contract/wire/documents.ts';
import type { RequestBody } from '../../../contract/wire/messages/request.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { History } from '../history/history.ts';
import type { StoredResult } from '../history/job-row.ts';
import { createJobInbox } from './job-inbox.ts';
import { createJobOutbox } from './job-outbox.ts';
import { resultDetail } from './job-text.ts';
import { type NewJobRequest, storeNewJob } from './new-job.ts';
import { createOpenBook } from './open-book.ts';
import type { OpenResult } from './open-result.ts';
import { isOverdue, isSilentTooLong } from './patience.ts';
import { createResultLedger } from './result-ledger.ts';

// INVARIANTS
// 1. A job is on disk with all of its results before anyone hears of it; a result is final exactly once.
// 2. What was never sent is cancelled here and at once; what may have arrived is cancelled on the device.

const TICK_MS = 1_000;

export interface JobEngine extends Service {
  create(request: NewJobRequest): Promise<Job>;
  /** All open results of the job, or those of these devices. */
  cancel(jobId: string, macs: readonly string[] | undefined): Promise<Job>;
  retry(jobId: string, macs: readonly string[] | undefined, createdBy: string): Promise<Job>;
  receive(mac: string, jobId: string, text: string): Promise<void>;
  /** Sends what is open for a device that can be spoken to. */
  resume(mac: string): void;
  /** The device's state changed: what is told of its open results may differ. */
  refresh(mac: string): void;
  /** The device was unlinked: nothing can come from it any more. */
  release(mac: string): Promise<void>;
  /** The stored row with what is known now. */
  present(row: StoredResult): JobResult;
  readonly jobChanged: Signal<string>;
  readonly resultChanged: Signal<JobResult>;
  readonly outputArrived: Signal<{
    jobId: string;
    mac: string;
    stream: OutputStream;
    offset: number;
    data: string;
  }>;
}

export interface JobEngineOptions {
  readonly siteId: string;
  readonly history: History;
  readonly fleet: Pick<Fleet, 'sendable' | 'stored'>;
  readonly opener: DocumentOpener;
  readonly now: () => number;
  request(mac: string, body: RequestBody): Promise<void>;
  raiseSequence(highestSeq: number): Promise<void>;
  onError(error: unknown): void;
}

export function createJobEngine(options: JobEngineOptions): JobEngine {
  const { siteId, history, fleet, now } = options;
  const jobChanged = createSignal<string>(options.onError);
  const resultChanged = createSignal<JobResult>(options.onError);
  const outputArrived = createSignal<{
    jobId: string;
    mac: string;
    stream: OutputStream;
    offset: number;
    data: string;
  }>(options.onError);
  const book = createOpenBook(history);
  const ledger = createResultLedger({ history, onError: options.onError });
  let timer: NodeJS.Timeout | undefined;
  const iso = (): string => new Date(now()).toISOString();

  const outbox = createJobOutbox({
    ledger,
    now,
    sendable: fleet.sendable,
    args: (jobId) => book.job(jobId).args,
    op: (jobId) => book.job(jobId).op,
    request: options.request,
    changed: tell,
    onError: options.onError,
  });
  const inbox = createJobInbox({
    siteId,
    history,
    ledger,
    outbox,
    opener: options.opener,
    now,
    find: book.find,
    boundKey: (mac) => fleet.stored(mac)?.boundKey ?? null,
    raiseSequence: options.raiseSequence,
    changed: tell,
    close,
    liveOutput: (open, stream, offset, data) =>
      outputArrived.emit({ jobId: open.row.jobId, mac: open.row.mac, stream, offset, data }),
  });

  function tell(open: OpenResult): void {
    resultChanged.emit(present(open.row));
    jobChanged.emit(open.row.jobId);
  }

  function present(row: StoredResult): JobResult {
    const open = book.find(row.jobId, row.mac);
    const {
      siteId: _site,
      queuedAt: _queued,
      sentAt: _sent,
      acceptedAt: _accepted,
      receipt: _receipt,
      ...result
    } = open?.row ?? row;
    if (!open) return result;
    return { ...result, detail: resultDetail(open, waitingReason(row.mac), now()) };
  }

  function waitingReason(mac: string): string | undefined {
    const sendable = fleet.sendable(mac);
    return sendable.ok ? undefined : sendable.reason;
  }

  async function close(open: OpenResult, row: StoredResult): Promise<void> {
    open.row = row;
    if (book.remove(open)) ledger.finishJob(row.jobId, iso());
    try {
      await ledger.record(open);
    } finally {
      tell(open);
    }
  }

  function closeHere(
    open: OpenResult,
    state: 'cancelled' | 'timed-out' | 'interrupted',
    detail: string,
    error: ErrorBody | null,
  ): Promise<void> {
    return close(open, { ...open.row, state, detail, since: iso(), finishedAt: iso(), error });
  }

  function sendInBackground(open: OpenResult): void {
    outbox.send(open).catch(options.onError);
  }

  function resume(mac: string): void {
    for (const open of book.ofDevice(mac)) resumeOne(open);
  }

  function resumeOne(open: OpenResult): void {
    if (open.outcome) inbox.continueOutput(open).catch(options.onError);
    else sendInBackground(open);
  }

  /** Nothing that waits is forgotten: what was not answered is sent again, and deadlines pass. */
  function tick(): void {
    const passed = new Map<string, OpenResult[]>();
    for (const open of book.all()) {
      const { jobId, mac } = open.row;
      if (isOverdue(open, book.job(jobId).deadlineAt, now())) {
        passed.set(jobId, [...(passed.get(jobId) ?? []), open]);
      } else if (fleet.sendable(mac).ok && isSilentTooLong(open, now())) resumeOne(open);
    }
    for (const [jobId, opens] of passed) passDeadline(jobId, opens).catch(options.onError);
  }

  async function passDeadline(jobId: string, passed: readonly OpenResult[]): Promise<void> {
    const message = 'The device did not appear before the deadline, so nothing was sent to it.';
    const unsent = passed.filter((open) => open.row.attempts === 0);
    await requestCancels(
      jobId,
      passed.filter((open) => open.row.attempts > 0),
    );
    await Promise.all(
      unsent.map((open) => closeHere(open, 'timed-out', message, { code: 'timeout', message })),
    );
  }

  async function requestCancels(jobId: string, opens: readonly OpenResult[]): Promise<void> {
    if (opens.length === 0) return;
    for (const open of opens) open.cancelRequested = true;
    book.keepCancels(jobId);
    for (const open of opens) tell(open);
    await Promise.all(opens.map(outbox.send));
  }

  async function create(request: NewJobRequest): Promise<Job> {
    const isLinked = (mac: string): boolean => fleet.stored(mac)?.linked === true;
    const { job, rows } = storeNewJob({ history, siteId, request, isLinked, at: iso() });
    const open = rows.filter((row) => !isFinal(row.state));
    if (open.length > 0) book.addJob(job);
    for (const row of open) sendInBackground(book.add(row));
    // What is sent tells of itself; what waits or was refused would stay unheard of until it changes.
    for (const row of rows)
      if (isFinal(row.state) || !fleet.sendable(row.mac).ok) resultChanged.emit(present(row));
    jobChanged.emit(job.id);
    return job;
  }

  function existing(jobId: string): Job {
    const job = history.jobs.get(jobId);
    if (job && job.siteId === siteId) return job;
    throw new AppError('not-found', `There is no job ${jobId}.`);
  }

  return {
    name: 'job engine',
    jobChanged,
    resultChanged,
    outputArrived,
    create,
    present,
    resume,
    receive: inbox.receive,
    start() {
      for (const row of history.results.listOpen(siteId)) book.restore(row);
      timer = setInterval(tick, TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      await ledger.stop();
    },
    async cancel(jobId, macs) {
      existing(jobId);
      const chosen = macs && new Set(macs);
      const opens = book.ofJob(jobId).filter((open) => !chosen || chosen.has(open.row.mac));
      const unsent = opens.filter((open) => open.row.attempts === 0);
      const detail = 'Taken back before it was sent; the device never got it.';
      const taken = unsent.map((open) => closeHere(open, 'cancelled', detail, null));
      await requestCancels(
        jobId,
        opens.filter((open) => open.row.attempts > 0),
      );
      await Promise.all(taken);
      return existing(jobId);
    },
    async retry(jobId, macs, createdBy) {
      const job = existing(jobId);
      const chosen = macs && new Set(macs);
      const failed = history.results
        .list(jobId, { states: RETRYABLE_STATES })
        .filter(({ mac }) => !chosen || chosen.has(mac));
      if (failed.length === 0)
        throw new AppError('conflict', 'There is nothing to retry: no device failed in this job.');
      return create({
        op: job.op,
        args: job.args,
        macs: failed.map(({ mac }) => mac),
        createdBy,
        deadlineAt: null,
        retryOf: jobId,
      });
    },
    refresh(mac) {
      for (const open of book.ofDevice(mac)) {
        // An unconfirmed request to a device that went away is not under way: it waits, and says so.
        if (open.row.state === 'sent' && !fleet.sendable(mac).ok) {
          open.row = { ...open.row, state: 'queued', since: iso() };
          ledger.record(open).catch(options.onError);
        }
        tell(open);
      }
    },
    async release(mac) {
      const work = book.ofDevice(mac).map((open) => {
        if (open.row.attempts === 0)
          return closeHere(open, 'cancelled', 'The device was unlinked before it was sent.', null);
        const message = 'The device was unlinked before it answered. Whether it ran is not known.';
        return closeHere(open, 'interrupted', message, { code: 'conflict', message });
      });
      await Promise.all(work);
    },
  };
}
