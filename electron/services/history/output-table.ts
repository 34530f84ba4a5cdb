import { AppError } from '../../../contract/lib/errors.ts';
import type { OutputStream } from '../../../contract/model/job.ts';
import type { Database } from './database.ts';
import { bytes, number } from './row.ts';

/** A part of a stream, from `offset` in bytes. */
export interface OutputPart {
  offset: number;
  bytes: Buffer;
}

/** What commands printed, as bytes at their offsets; gaps stay gaps. */
export interface OutputTable {
  /**
   * Stores what is not stored yet; bytes that are already there stay as they are. Returns how many bytes were new.
   * `not-found` when there is no such result.
   */
  append(jobId: string, mac: string, stream: OutputStream, offset: number, chunk: Uint8Array): number;
  /** Contiguous parts in order, from an offset, of at most `limitBytes` in total. */
  read(
    jobId: string,
    mac: string,
    stream: OutputStream,
    range?: { fromOffset?: number; limitBytes?: number },
  ): OutputPart[];
  /** Which parts of a stream are stored. */
  ranges(jobId: string, mac: string, stream: OutputStream): { offset: number; length: number }[];
  /** Stored bytes of a whole job. */
  totalBytes(jobId: string): number;
}

/** One chunk of one message; more is a mistake of the caller. */
const CHUNK_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_READ_LIMIT_BYTES = 32 * 1024 * 1024;

export function createOutputTable(database: Database): OutputTable {
  const OF_STREAM = 'jobSeq = (SELECT seq FROM jobs WHERE id = ?) AND mac = ? AND stream = ?';
  const insert = database.prepare(
    'INSERT INTO output (jobSeq, mac, stream, offset, bytes) VALUES ((SELECT seq FROM jobs WHERE id = ?), ?, ?, ?, ?)',
  );
  // No chunk is longer than the limit, so one that reaches past an offset begins at most that far before it.
  const near = database.prepare(
    `SELECT offset, length(bytes) AS length FROM output
     WHERE ${OF_STREAM} AND offset > ? AND offset < ? ORDER BY offset`,
  );
  const page = database.prepare(
    `SELECT offset, bytes FROM output WHERE ${OF_STREAM} AND offset > ? ORDER BY offset LIMIT 16`,
  );
  const lengths = database.prepare(
    `SELECT offset, length(bytes) AS length FROM output WHERE ${OF_STREAM} ORDER BY offset`,
  );
  const total = database.prepare(
    'SELECT ifnull(sum(length(bytes)), 0) AS total FROM output WHERE jobSeq = (SELECT seq FROM jobs WHERE id = ?)',
  );

  const append: OutputTable['append'] = (jobId, mac, stream, offset, chunk) => {
    if (chunk.length > CHUNK_LIMIT_BYTES) {
      throw new AppError(
        'too-large',
        `A piece of output has ${chunk.length} bytes; at most ${CHUNK_LIMIT_BYTES} fit.`,
      );
    }
    const streamId = streamNumber(stream);
    const end = offset + chunk.length;
    const stored = near.all(jobId, mac, streamId, offset - CHUNK_LIMIT_BYTES - 1, end);
    let position = offset;
    let added = 0;
    const store = (until: number): void => {
      if (until <= position) return;
      insert.run(jobId, mac, streamId, position, chunk.subarray(position - offset, until - offset));
      added += until - position;
    };
    for (const row of stored) {
      store(Math.min(number(row, 'offset'), end));
      position = Math.max(position, number(row, 'offset') + number(row, 'length'));
    }
    store(end);
    return added;
  };

  const read: OutputTable['read'] = (jobId, mac, stream, range = {}) => {
    const { fromOffset = 0, limitBytes = DEFAULT_READ_LIMIT_BYTES } = range;
    const parts: { offset: number; length: number; pieces: Uint8Array[] }[] = [];
    let left = limitBytes;
    let after = fromOffset - CHUNK_LIMIT_BYTES - 1;
    while (left > 0) {
      const rows = page.all(jobId, mac, streamNumber(stream), after);
      if (rows.length === 0) break;
      for (const row of rows) {
        after = number(row, 'offset');
        const skip = Math.max(0, fromOffset - after);
        const piece = bytes(row, 'bytes').subarray(skip, skip + left);
        if (piece.length === 0) continue;
        left -= piece.length;
        const last = parts.at(-1);
        if (last && last.offset + last.length === after + skip) {
          last.pieces.push(piece);
          last.length += piece.length;
        } else {
          parts.push({ offset: after + skip, length: piece.length, pieces: [piece] });
        }
      }
    }
    return parts.map((part) => ({ offset: part.offset, bytes: Buffer.concat(part.pieces) }));
  };

  const ranges: OutputTable['ranges'] = (jobId, mac, stream) => {
    const merged: { offset: number; length: number }[] = [];
    for (const row of lengths.all(jobId, mac, streamNumber(stream))) {
      const last = merged.at(-1);
      const offset = number(row, 'offset');
      if (last && last.offset + last.length === offset) last.length += number(row, 'length');
      else merged.push({ offset, length: number(row, 'length') });
    }
    return merged;
  };

  return {
    append: (jobId, mac, stream, offset, chunk) =>
      database.transaction(() => append(jobId, mac, stream, offset, chunk)),
    read,
    ranges,
    totalBytes(jobId) {
      const row = total.get(jobId);
      return row ? number(row, 'total') : 0;
    },
  };
}

function streamNumber(stream: OutputStream): number {
  return stream === 'stdout' ? 1 : 2;
}
