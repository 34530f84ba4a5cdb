import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { StreamSummary } from '../../contract/model/job.ts';
import { OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES } from '../../contract/wire/limits.ts';
import { systemErrorCode } from '../system/files.ts';

export interface KeptRange {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of one stream that can be read back. */
export interface OutputSource {
  /** Ranges that can be read now and will not be overwritten. In order, not touching each other. */
  readableRanges(): readonly KeptRange[];
  /** Bytes from an offset inside a readable range; fewer than asked for at its end, none when the file is gone. */
  read(offset: number, length: number): Buffer;
}

/**
 * What one job prints on one stream. Invariants: every byte is counted and hashed; the first OUTPUT_HEAD_BYTES lie in
 * the file at their own offset, the last OUTPUT_TAIL_BYTES of what follows in a ring behind them; a full disk ends the
 * keeping, never the command.
 */
export interface OutputFile extends OutputSource {
  readonly bytes: number;
  write(chunk: Buffer): void;
  /** After this the tail is readable too. Makes the file durable. */
  finish(): Promise<StreamSummary>;
}

const place = (offset: number): number =>
  offset < OUTPUT_HEAD_BYTES
    ? offset
    : OUTPUT_HEAD_BYTES + ((offset - OUTPUT_HEAD_BYTES) % OUTPUT_TAIL_BYTES);

/** @param onLost hears once why nothing more is kept */
export function createOutputFile(path: string, onLost: (error: unknown) => void): OutputFile {
  const hash = createHash('sha256');
  let fd: number | undefined;
  let bytes = 0;
  let headBytes = 0;
  let lost = false;
  let finished = false;

  /** Stores one piece that lies wholly in the head or in the ring without wrapping. */
  function store(piece: Buffer, offset: number): void {
    fd ??= openSync(path, 'w+', 0o600);
    for (let done = 0; done < piece.length; ) {
      done += writeSync(fd, piece, done, piece.length - done, place(offset) + done);
    }
  }

  function keep(chunk: Buffer): void {
    let rest = chunk;
    let offset = bytes;
    if (offset < OUTPUT_HEAD_BYTES) {
      const piece = rest.subarray(0, OUTPUT_HEAD_BYTES - offset);
      store(piece, offset);
      headBytes += piece.length;
      rest = rest.subarray(piece.length);
      offset += piece.length;
    }
    if (rest.length > OUTPUT_TAIL_BYTES) {
      offset += rest.length - OUTPUT_TAIL_BYTES;
      rest = rest.subarray(rest.length - OUTPUT_TAIL_BYTES);
    }
    while (rest.length > 0) {
      const untilWrap = OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES - place(offset);
      const piece = rest.subarray(0, untilWrap);
      store(piece, offset);
      rest = rest.subarray(piece.length);
      offset += piece.length;
    }
  }

  function ranges(): KeptRange[] {
    if (headBytes === 0) return [];
    const head = { offset: 0, length: headBytes };
    if (!finished || lost || bytes === headBytes) return [head];
    const tailStart = Math.max(headBytes, bytes - OUTPUT_TAIL_BYTES);
    if (tailStart === headBytes) return [{ offset: 0, length: bytes }];
    return [head, { offset: tailStart, length: bytes - tailStart }];
  }

  return {
    get bytes() {
      return bytes;
    },
    write(chunk) {
      if (finished) return;
      hash.update(chunk);
      if (!lost) {
        try {
          keep(chunk);
        } catch (error) {
          if (systemErrorCode(error) === undefined) throw error;
          lost = true;
          onLost(error);
        }
      }
      bytes += chunk.length;
    },
    readableRanges: ranges,
    read: (offset, length) => readPlaced(path, fd, offset, length),
    async finish() {
      finished = true;
      if (fd !== undefined) {
        closeSync(fd);
        fd = undefined;
        const handle = await open(path, 'r+');
        try {
          await handle.datasync();
        } finally {
          await handle.close();
        }
      }
      return { bytes, sha256: hash.digest('hex'), kept: ranges() };
    },
  };
}

/** The kept output of a finished job, as its signed result describes it. */
export function openKeptOutput(path: string, summary: StreamSummary): OutputSource {
  return {
    readableRanges: () => summary.kept,
    read: (offset, length) => readPlaced(path, undefined, offset, length),
  };
}

/** The caller stays inside a readable range; a read across the ring's end comes back shorter. */
function readPlaced(path: string, openFd: number | undefined, offset: number, length: number): Buffer {
  const start = place(offset);
  const boundary = start < OUTPUT_HEAD_BYTES ? OUTPUT_HEAD_BYTES : OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES;
  const buffer = Buffer.alloc(Math.min(length, boundary - start));
  let fd = openFd;
  try {
    fd ??= openSync(path, 'r');
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  } finally {
    if (fd !== undefined && openFd === undefined) closeSync(fd);
  }
}

export function removeOutputFile(path: string): void {
  rmSync(path, { force: true });
}
