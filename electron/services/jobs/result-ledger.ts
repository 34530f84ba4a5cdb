import type { OutputStream } from '../../../contract/model/job.ts';
import type { History } from '../history/history.ts';
import type { ResultChange } from '../history/job-row.ts';
import type { OpenResult } from './open-result.ts';

// INVARIANTS
// 1. What `record` was called for is on disk when its promise resolves; many share one commit.
// 2. When a commit fails nothing of it is on disk; its promises reject, and what changed is tried again with the next.

interface Chunk {
  readonly open: OpenResult;
  readonly stream: OutputStream;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Writes changed results, output and finished jobs in groups. */
export interface ResultLedger {
  /** The result's row changed; resolves when it is stored. */
  record(open: OpenResult): Promise<void>;
  /** The same for what the device would tell again, such as that it runs: shares a later commit. */
  note(open: OpenResult): void;
  output(chunk: Chunk): Promise<void>;
  /** The last result of a job became final in the same commit. */
  finishJob(jobId: string, finishedAt: string): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Between two commits, so that a thousand answers cost a few dozen of them; milliseconds. */
const COMMIT_INTERVAL_MS = 12;
const RETRY_MS = 2_000;
/** Most commands are done by then, and one commit tells it all. */
const NOTE_MS = 250;

export function createResultLedger(options: {
  history: History;
  onError(error: unknown): void;
}): ResultLedger {
  const { history } = options;
  const noted = new Set<OpenResult>();
  let noteTimer: NodeJS.Timeout | undefined;
  let rows = new Set<OpenResult>();
  let chunks: Chunk[] = [];
  let finished = new Map<string, string>();
  let waiters: { resolve(): void; reject(error: unknown): void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let lastCommitMs = 0;

  function schedule(delayMs?: number): void {
    const nowMs = performance.now();
    const wantedMs =
      delayMs === undefined ? Math.max(nowMs, lastCommitMs + COMMIT_INTERVAL_MS) : nowMs + delayMs;
    if (wantedMs >= dueMs) return;
    clearTimeout(timer);
    dueMs = wantedMs;
    timer = setTimeout(() => {
      dueMs = Number.POSITIVE_INFINITY;
      commit();
    }, wantedMs - nowMs);
  }

  function commit(): void {
    if (rows.size === 0 && chunks.length === 0 && finished.size === 0) {
      settle((waiter) => waiter.resolve());
      return;
    }
    const batch = { rows, chunks, finished };
    rows = new Set();
    chunks = [];
    finished = new Map();
    try {
      history.transaction(() => {
        for (const { open, stream, offset, bytes } of batch.chunks) {
          history.output.append(open.row.jobId, open.row.mac, stream, offset, bytes);
        }
        for (const open of batch.rows) history.results.update(open.row.jobId, open.row.mac, changeOf(open));
        for (const [jobId, finishedAt] of batch.finished) history.jobs.finish(jobId, finishedAt);
      });
      lastCommitMs = performance.now();
      settle((waiter) => waiter.resolve());
    } catch (error) {
      // Rows and finished jobs are small and must not be forgotten; output is asked for again from the device.
      rows = new Set([...batch.rows, ...rows]);
      finished = new Map([...batch.finished, ...finished]);
      options.onError(error);
      settle((waiter) => waiter.reject(error));
      schedule(RETRY_MS);
    }
  }

  function takeNotes(): void {
    clearTimeout(noteTimer);
    noteTimer = undefined;
    for (const open of noted) rows.add(open);
    noted.clear();
    schedule();
  }

  function settle(tell: (waiter: { resolve(): void; reject(error: unknown): void }) => void): void {
    const told = waiters;
    waiters = [];
    for (const waiter of told) tell(waiter);
  }

  function stored(): Promise<void> {
    return new Promise((resolve, reject) => {
      waiters.push({ resolve, reject });
      schedule();
    });
  }

  return {
    record(open) {
      noted.delete(open);
      rows.add(open);
      return stored();
    },
    note(open) {
      noted.add(open);
      noteTimer ??= setTimeout(takeNotes, NOTE_MS);
    },
    output(chunk) {
      chunks.push(chunk);
      return stored();
    },
    finishJob(jobId, finishedAt) {
      finished.set(jobId, finishedAt);
    },
    flush: stored,
    async stop() {
      clearTimeout(timer);
      takeNotes();
      commit();
      clearTimeout(timer);
      dueMs = Number.POSITIVE_INFINITY;
    },
  };
}

function changeOf({ row }: OpenResult): ResultChange {
  const { state, detail, since, attempts, sentAt, acceptedAt, startedAt, finishedAt } = row;
  const { exitCode, signal, error, output, value, receipt } = row;
  return {
    state,
    detail,
    since,
    attempts,
    sentAt,
    acceptedAt,
    startedAt,
    finishedAt,
    exitCode,
    signal,
    error,
    output,
    value,
    receipt,
  };
}
