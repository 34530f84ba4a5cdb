import { copyFile } from 'node:fs/promises';
import type { EntryOf, JournalEntry } from './journal-entry.ts';
import { createJournalFile, type LinePosition, type LoadReport } from './journal-file.ts';
import { createReplayWindow, type ReplayWindow } from './replay-window.ts';

/** What is remembered of a job. `dropped`: accepted by an earlier run that never started it. */
export interface JobRecord {
  readonly id: string;
  readonly op: string;
  readonly kid: string | undefined;
  readonly seq: number | undefined;
  readonly argsHash: string | undefined;
  readonly at: string;
  state: 'accepted' | 'started' | 'finished' | 'dropped';
  started?: EntryOf<'started'>;
  process?: { readonly pid: number; readonly pidStart: string };
  finished?: FinishedRecord;
  acknowledged: boolean;
}

/** A finished job without its result, which is read from the disk when it is sent. */
export type FinishedRecord = Omit<EntryOf<'finished'>, 't' | 'id' | 'op' | 'kid' | 'seq' | 'result'> & {
  position: LinePosition;
};

export type FinishedEntry = EntryOf<'finished'>;

/**
 * What happened to every job, on the disk before anyone is told. Invariants: `started` is durable before anything
 * runs, `finished` before it is published; an id that is remembered never runs again.
 */
export interface Journal {
  readonly replay: ReplayWindow;
  open(): Promise<LoadReport>;
  close(): Promise<void>;
  job(id: string): JobRecord | undefined;
  /** In the order in which they came. */
  jobs(): JobRecord[];
  /** Jobs that are accepted or started. */
  openCount(): number;
  unacknowledgedCount(): number;
  /** Durable. `started` in the same step when the job starts at once. */
  accept(entry: EntryOf<'accepted'>, started?: EntryOf<'started'>): Promise<void>;
  start(entry: EntryOf<'started'>): Promise<void>;
  /** Not waited for: a lost line costs only the recognition of a process after a crash. */
  noteProcess(id: string, pid: number, pidStart: string): Promise<void>;
  finish(entry: FinishedEntry): Promise<void>;
  /** The signed result, or undefined when only its outline was kept. */
  result(id: string): Promise<string | undefined>;
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Marks the number of a request other than a job. */
  noteRequest(kid: string, seq: number): Promise<void>;
}

/** Finished and acknowledged jobs that are remembered; the oldest are forgotten first. */
const REMEMBERED_JOBS = 2000;
/** Acknowledged results that are longer are kept as an outline only. */
const KEPT_RESULT_BYTES = 4096;
const COMPACT_ABOVE_BYTES = 1024 * 1024;

/** `onError` hears of a failed rewriting: the present file then stays in use. */
export function createJournal(options: {
  path: string;
  reservePath: string;
  onError: (error: unknown) => void;
}): Journal {
  const file = createJournalFile(options);
  const replay = createReplayWindow();
  const records = new Map<string, JobRecord>();
  let compactAboveBytes = COMPACT_ABOVE_BYTES;

  function apply(entry: JournalEntry, position: LinePosition): void {
    if ('kid' in entry && 'seq' in entry && entry.kid !== undefined && entry.seq !== undefined)
      replay.mark(entry.kid, entry.seq);
    switch (entry.t) {
      case 'window':
        replay.restore(entry.kid, entry.highest, entry.seen);
        break;
      case 'seen':
        break;
      case 'accepted':
        records.delete(entry.id); // a dropped one comes again: now the newest
        records.set(entry.id, { ...entry, state: 'accepted', acknowledged: false });
        break;
      case 'started': {
        const record = records.get(entry.id);
        // Its `accepted` line may be damaged: that it ran once must still be known.
        if (record) Object.assign(record, { state: 'started', started: entry });
        else
          records.set(entry.id, {
            ...{ id: entry.id, op: 'unknown', kid: undefined, seq: undefined, argsHash: undefined },
            ...{ at: entry.at, state: 'started', started: entry, acknowledged: false },
          });
        break;
      }
      case 'process': {
        const record = records.get(entry.id);
        if (record) record.process = { pid: entry.pid, pidStart: entry.pidStart };
        break;
      }
      case 'finished':
        finishRecord(entry, position);
        break;
      case 'acknowledged':
        for (const id of entry.ids) {
          const record = records.get(id);
          if (record) record.acknowledged = true;
        }
        break;
    }
  }

  function finishRecord(entry: FinishedEntry, position: LinePosition): void {
    const { t: _type, id, op, kid, seq, result: _result, ...outcome } = entry;
    const known = records.get(id);
    const at = known?.at ?? outcome.at;
    records.set(id, {
      ...{
        id,
        op: known && known.op !== 'unknown' ? known.op : op,
        kid: kid ?? known?.kid,
        seq: seq ?? known?.seq,
      },
      ...{ argsHash: known?.argsHash, at, state: 'finished', finished: { ...outcome, position } },
      acknowledged: known?.acknowledged ?? false,
    });
  }

  async function append(entries: readonly JournalEntry[], durable: boolean, urgent = false): Promise<void> {
    await file.append(entries, {
      durable,
      urgent,
      apply: (positions) => {
        entries.forEach((entry, index) => {
          apply(entry, positions[index] ?? { offset: 0, length: 0 });
        });
      },
    });
    if (file.sizeBytes > compactAboveBytes) void compact();
  }

  function forgetOldest(): void {
    let excess = [...records.values()].filter((record) => record.acknowledged).length - REMEMBERED_JOBS;
    for (const record of records.values()) {
      if (excess <= 0) break;
      if (!record.acknowledged) continue;
      records.delete(record.id);
      excess -= 1;
    }
  }

  /** Rewrites the file with what is still needed. */
  async function compact(): Promise<void> {
    compactAboveBytes = Number.POSITIVE_INFINITY;
    try {
      let moved: JobRecord[] = [];
      await file.rewrite(
        () => {
          forgetOldest();
          moved = [];
          const lines: (JournalEntry | LinePosition)[] = [];
          for (const record of records.values()) {
            if (!record.finished) continue;
            moved.push(record);
            lines.push(
              record.acknowledged && record.finished.position.length > KEPT_RESULT_BYTES
                ? outline(record, record.finished)
                : record.finished.position,
            );
          }
          return [
            ...lines,
            ...remainder(),
            ...replay.snapshot().map((key) => ({ t: 'window' as const, ...key })),
          ];
        },
        (positions) => {
          moved.forEach((record, index) => {
            const position = positions[index];
            if (record.finished && position) record.finished.position = position;
          });
        },
      );
    } catch (error) {
      options.onError(error);
    } finally {
      compactAboveBytes = Math.max(COMPACT_ABOVE_BYTES, file.sizeBytes * 2);
    }
  }

  /** Lines for what is not finished, and for what is acknowledged. */
  function remainder(): JournalEntry[] {
    const lines: JournalEntry[] = [];
    const acknowledged: string[] = [];
    for (const record of records.values()) {
      if (record.acknowledged) acknowledged.push(record.id);
      if (record.state !== 'accepted' && record.state !== 'started') continue;
      const { id, op, argsHash, kid, seq, at } = record;
      if (argsHash !== undefined && kid !== undefined && seq !== undefined)
        lines.push({ t: 'accepted', id, op, argsHash, kid, seq, at });
      if (record.started) lines.push(record.started);
      if (record.process) lines.push({ t: 'process', id, ...record.process });
    }
    for (let start = 0; start < acknowledged.length; start += 500)
      lines.push({ t: 'acknowledged', ids: acknowledged.slice(start, start + 500) });
    return lines;
  }

  const count = (wanted: (record: JobRecord) => boolean): number => {
    let matching = 0;
    for (const record of records.values()) if (wanted(record)) matching += 1;
    return matching;
  };

  return {
    replay,
    async open() {
      const report = await file.open(apply);
      // What a damaged line recorded is lost: then no number up to the highest may count as new.
      if (report.damagedLines > 0) {
        for (const { kid } of replay.snapshot()) replay.close(kid);
        await copyFile(options.path, `${options.path}.damaged`).catch(options.onError);
      }
      for (const record of records.values()) if (record.state === 'accepted') record.state = 'dropped';
      if (file.sizeBytes > COMPACT_ABOVE_BYTES) await compact();
      return report;
    },
    close: () => file.close(),
    job: (id) => records.get(id),
    jobs: () => [...records.values()],
    openCount: () => count(({ state }) => state === 'accepted' || state === 'started'),
    unacknowledgedCount: () => count(({ state, acknowledged }) => state === 'finished' && !acknowledged),
    accept: (entry, started) => append(started ? [entry, started] : [entry], true),
    start: (entry) => append([entry], true),
    noteProcess: (id, pid, pidStart) => append([{ t: 'process', id, pid, pidStart }], false),
    // A rejection can do without: nothing ran, and the reserve is for what did.
    finish: (entry) => append([entry], true, entry.state !== 'rejected'),
    async result(id) {
      const record = records.get(id);
      if (!record?.finished) return undefined;
      const { finished } = record;
      const entry = await file.read(() => finished.position);
      return entry.t === 'finished' && entry.id === id ? entry.result : undefined;
    },
    acknowledge: (ids) => append([{ t: 'acknowledged', ids: [...ids] }], false, true),
    noteRequest: (kid, seq) => append([{ t: 'seen', kid, seq }], false),
  };
}

function outline(record: JobRecord, finished: FinishedRecord): FinishedEntry {
  const { position: _position, ...outcome } = finished;
  const { id, op, kid, seq } = record;
  return {
    t: 'finished',
    id,
    op,
    ...(kid !== undefined && { kid }),
    ...(seq !== undefined && { seq }),
    ...outcome,
  };
}
