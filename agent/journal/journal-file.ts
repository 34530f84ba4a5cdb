import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { AppError } from '../../contract/lib/errors.ts';
import { fileError, syncFolder, systemErrorCode, writeFileDurably } from '../system/files.ts';
import { decodeEntry, encodeEntry, type JournalEntry } from './journal-entry.ts';

/** Where a line is in the current file. */
export interface LinePosition {
  readonly offset: number;
  readonly length: number;
}

export interface LoadReport {
  /** Lines in the middle that could not be read. */
  readonly damagedLines: number;
  /** Bytes cut off the end: a line that a power cut left unfinished. */
  readonly tornBytes: number;
}

export interface AppendOptions {
  /** Waits until the lines are on the disk itself. */
  readonly durable: boolean;
  /** May use the space kept in reserve when the disk is full: for what ends things, never for what begins them. */
  readonly urgent?: boolean;
  /** Called when the lines are written, before anything else is done to the file. */
  readonly apply: (positions: readonly LinePosition[]) => void;
}

/**
 * An append-only file of entries. Invariants: everything goes through one queue; lines that wait together are written
 * and synced together; a failed write leaves the file as it was before; after `rewrite` the file is the old one or the
 * new one, whole.
 */
export interface JournalFile {
  readonly sizeBytes: number;
  open(load: (entry: JournalEntry, position: LinePosition) => void): Promise<LoadReport>;
  append(entries: readonly JournalEntry[], options: AppendOptions): Promise<void>;
  /** Throws `internal` when the line is damaged. */
  read(position: () => LinePosition): Promise<JournalEntry>;
  /** Replaces the file by what `plan` returns (lines of the present file by their place); `apply` gets the new places. */
  rewrite(
    plan: () => readonly (JournalEntry | LinePosition)[],
    apply: (positions: readonly LinePosition[]) => void,
  ): Promise<void>;
  close(): Promise<void>;
}

interface PendingAppend extends AppendOptions {
  readonly text: string;
  readonly lengths: readonly number[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const RESERVE_BYTES = 256 * 1024;
const RESERVE_PAUSE_MS = 60_000;

export function createJournalFile({ path, reservePath }: { path: string; reservePath: string }): JournalFile {
  let handle: FileHandle | undefined;
  let sizeBytes = 0;
  let waiting: PendingAppend[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  let reserveSpentAtMs: number | undefined;

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(work);
    queue = done.catch(() => undefined); // the caller of this step hears of it; the next step goes on
    return done;
  }

  function opened(): FileHandle {
    if (!handle) throw new AppError('internal', 'The journal is closed.');
    return handle;
  }

  async function writeReserve(): Promise<void> {
    const present = await stat(reservePath).catch(() => undefined); // absent: made now
    if (present?.size === RESERVE_BYTES) return;
    await writeFileDurably(reservePath, '0'.repeat(RESERVE_BYTES));
  }

  async function write(text: string, durable: boolean): Promise<void> {
    const file = opened();
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, sizeBytes + done);
        done += bytesWritten;
      }
      if (durable) await file.datasync();
    } catch (cause) {
      await file.truncate(sizeBytes);
      throw cause;
    }
    sizeBytes += bytes.length;
  }

  /** Gives the space in reserve back to the disk and tries once more. */
  async function writeUrgently(text: string): Promise<void> {
    await rm(reservePath, { force: true });
    reserveSpentAtMs = performance.now();
    await write(text, true);
  }

  /** After a while the disk may have space again. */
  async function renewReserve(): Promise<void> {
    if (reserveSpentAtMs === undefined || performance.now() - reserveSpentAtMs < RESERVE_PAUSE_MS) return;
    reserveSpentAtMs = performance.now();
    await writeReserve().then(
      () => {
        reserveSpentAtMs = undefined;
      },
      () => undefined, // still full: tried again later
    );
  }

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    let failure: unknown;
    const settle = (append: PendingAppend, offset: number): void => {
      let next = offset;
      append.apply(
        append.lengths.map((length) => {
          const position = { offset: next, length };
          next += length;
          return position;
        }),
      );
      append.resolve();
    };
    let offset = sizeBytes;
    try {
      await write(
        batch.map((append) => append.text).join(''),
        batch.some((append) => append.durable),
      );
      for (const append of batch) {
        settle(append, offset);
        offset += append.lengths.reduce((sum, length) => sum + length, 0);
      }
      await renewReserve();
      return;
    } catch (cause) {
      failure = cause;
    }
    for (const append of batch) {
      const full = ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(failure) ?? '');
      try {
        if (!append.urgent || !full) throw failure;
        offset = sizeBytes;
        await writeUrgently(append.text);
        settle(append, offset);
      } catch (cause) {
        append.reject(fileError(cause, path, 'written'));
      }
    }
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },

    async open(load) {
      try {
        handle = await open(path, 'a+', 0o600).then(async (created) => {
          await created.close(); // appending mode would ignore positions
          return open(path, 'r+');
        });
        await syncFolder(dirname(path));
        const bytes = await opened().readFile();
        const report = loadLines(bytes, load);
        sizeBytes = bytes.length - report.tornBytes;
        if (report.tornBytes > 0) await opened().truncate(sizeBytes);
        return report;
      } catch (cause) {
        throw fileError(cause, path, 'opened');
      } finally {
        // Without the reserve the agent works; a full disk is reported when something has to be written.
        await writeReserve().catch(() => undefined);
      }
    },

    append(entries, options) {
      return new Promise((resolve, reject) => {
        const lines = entries.map(encodeEntry);
        waiting.push({
          ...options,
          text: lines.join(''),
          lengths: lines.map((line) => Buffer.byteLength(line)),
          resolve,
          reject,
        });
        if (waiting.length === 1) void enqueue(flush);
      });
    },

    read: (position) =>
      enqueue(async () => {
        const { offset, length } = position();
        const buffer = Buffer.alloc(length);
        await opened().read(buffer, 0, length, offset);
        const entry = decodeEntry(buffer.toString('utf8').trimEnd());
        if (!entry) throw new AppError('internal', 'A line of the journal has become unreadable.');
        return entry;
      }),

    rewrite: (plan, apply) =>
      enqueue(async () => {
        const temporary = `${path}.new`;
        await rm(temporary, { force: true });
        const fresh = await open(temporary, 'wx+', 0o600);
        try {
          const positions: LinePosition[] = [];
          let offset = 0;
          for (const line of plan()) {
            let bytes: Buffer;
            if ('t' in line) bytes = Buffer.from(encodeEntry(line));
            else {
              bytes = Buffer.alloc(line.length);
              await opened().read(bytes, 0, line.length, line.offset);
            }
            await fresh.write(bytes, 0, bytes.length, offset);
            positions.push({ offset, length: bytes.length });
            offset += bytes.length;
          }
          await fresh.datasync();
          await rename(temporary, path);
          const previous = handle;
          handle = fresh;
          sizeBytes = offset;
          apply(positions);
          await previous?.close();
          await syncFolder(dirname(path));
        } catch (cause) {
          if (handle !== fresh) {
            await fresh.close();
            await rm(temporary, { force: true });
          }
          throw fileError(cause, path, 'rewritten');
        }
        await writeReserve().catch(() => undefined); // as at opening
      }),

    close: () =>
      enqueue(async () => {
        const file = handle;
        handle = undefined;
        await file?.datasync();
        await file?.close();
      }),
  };
}

/** Reads all whole lines; what cannot be read in the middle is counted and skipped, what is torn at the end is cut off. */
export function loadLines(
  bytes: Buffer,
  load: (entry: JournalEntry, position: LinePosition) => void,
): LoadReport {
  let damagedLines = 0;
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(0x0a, offset);
    if (end < 0) return { damagedLines, tornBytes: bytes.length - offset };
    const entry = decodeEntry(bytes.toString('utf8', offset, end));
    if (entry) load(entry, { offset, length: end + 1 - offset });
    else damagedLines += 1;
    offset = end + 1;
  }
  return { damagedLines, tornBytes: 0 };
}
