import { isFinal, type JobResult, type OutputStream } from '../contract/model/job.ts';
import type { RpcClient } from '../contract/rpc/client.ts';
import type { LivePiece } from './job-follow.ts';
import { readOutput } from './job-output.ts';

/** Hands on every stream of a job in order and without gaps, as fast as the reader takes it. */
export interface OutputFollower {
  begin(results: readonly JobResult[]): void;
  piece(piece: LivePiece): void;
  result(result: JobResult): void;
  /** Resolves when all that is kept of the results was handed on; rejects with what went wrong on the way. */
  finish(results: readonly JobResult[]): Promise<void>;
}

/** Bytes of pieces that may wait for a slow reader; more are dropped and read again from the control centre. */
const WAITING_LIMIT_BYTES = 4 * 1024 * 1024;
const STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

interface StreamCursor {
  readonly mac: string;
  readonly stream: OutputStream;
  /** The next byte to hand on. */
  offset: number;
  /** Bytes from `offset` on exist that did not come as a piece in order: they must be read. */
  isBehind: boolean;
  /** The result is final: what is not kept now never comes. */
  isFinal: boolean;
}

/**
 * Live pieces are a hint: a piece that fits is handed on, anything else marks its stream as behind, and what is
 * behind is read page by page. INVARIANTS: each byte is handed on at most once and in order; a gap is passed over
 * only when the result is final; at most WAITING_LIMIT_BYTES wait in memory.
 */
export function createOutputFollower({
  client,
  jobId,
  write,
}: {
  client: RpcClient;
  jobId: string;
  /** `missingBytes` were not kept just before these bytes. */
  write: (mac: string, stream: OutputStream, bytes: Buffer, missingBytes: number) => Promise<void>;
}): OutputFollower {
  const cursors = new Map<string, StreamCursor>();
  let waiting: LivePiece[] = [];
  let waitingBytes = 0;
  let pump: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;

  const cursorOf = (mac: string, stream: OutputStream): StreamCursor => {
    const key = `${mac} ${stream}`;
    const known = cursors.get(key);
    if (known) return known;
    const cursor = { mac, stream, offset: 0, isBehind: false, isFinal: false };
    cursors.set(key, cursor);
    return cursor;
  };

  const handOn = async (cursor: StreamCursor, offset: number, bytes: Buffer): Promise<void> => {
    const fresh = bytes.subarray(Math.max(0, cursor.offset - offset));
    if (fresh.length === 0) return;
    const missingBytes = Math.max(0, offset - cursor.offset);
    cursor.offset = offset + bytes.length;
    await write(cursor.mac, cursor.stream, fresh, missingBytes);
  };

  const catchUp = async (cursor: StreamCursor): Promise<void> => {
    cursor.isBehind = false;
    for await (const part of readOutput(client, { jobId, ...cursor }, cursor.offset)) {
      if (part.offset > cursor.offset && !cursor.isFinal) {
        cursor.isBehind = true;
        return;
      }
      await handOn(cursor, part.offset, part.bytes);
    }
  };

  const work = async (): Promise<void> => {
    do {
      const pieces = waiting;
      waiting = [];
      waitingBytes = 0;
      for (const { mac, stream, offset, bytes } of pieces) {
        const cursor = cursorOf(mac, stream);
        if (offset > cursor.offset) cursor.isBehind = true;
        else await handOn(cursor, offset, bytes);
      }
      for (const cursor of cursors.values()) if (cursor.isBehind) await catchUp(cursor);
    } while (waiting.length > 0);
  };

  const wake = (): void => {
    if (failure) return;
    pump ??= work()
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => {
        pump = undefined;
        if (waiting.length > 0) wake();
      });
  };

  return {
    begin(results) {
      for (const { mac, state, output } of results) {
        for (const stream of STREAMS) {
          const cursor = cursorOf(mac, stream);
          cursor.isFinal = isFinal(state);
          cursor.isBehind = output ? output[stream].bytes > 0 : state === 'accepted' || state === 'running';
        }
      }
      wake();
    },
    piece(piece) {
      if (waitingBytes + piece.bytes.length > WAITING_LIMIT_BYTES) {
        cursorOf(piece.mac, piece.stream).isBehind = true;
        return;
      }
      waiting.push(piece);
      waitingBytes += piece.bytes.length;
      wake();
    },
    result({ mac, state }) {
      if (isFinal(state)) for (const stream of STREAMS) cursorOf(mac, stream).isFinal = true;
    },
    async finish(results) {
      while (pump) await pump;
      if (failure) throw failure.error;
      for (const { mac, state, output } of results) {
        for (const stream of STREAMS) {
          const cursor = cursorOf(mac, stream);
          cursor.isFinal = isFinal(state);
          const end = Math.max(
            0,
            ...(output?.[stream].kept ?? []).map(({ offset, length }) => offset + length),
          );
          if (cursor.isBehind || cursor.offset < end) await catchUp(cursor);
        }
      }
    },
  };
}
