import type { StreamSummary } from '../../contract/model/job.ts';

/** Bytes of a stream that were read, at their place. */
export interface StreamPart {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A stream from start to end: what is here, what could be read, what the device did not keep. */
export type StreamPiece =
  | { readonly kind: 'read'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'not-read'; readonly offset: number; readonly length: number }
  | { readonly kind: 'not-kept'; readonly offset: number; readonly length: number };

/** The parts with one more, in order; parts that touch become one, bytes that were there already are not doubled. */
export function addPart(parts: readonly StreamPart[], part: StreamPart): readonly StreamPart[] {
  if (part.bytes.length === 0) return parts;
  const joined: StreamPart[] = [];
  for (const next of [...parts, part].sort((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    const lastEnd = last ? last.offset + last.bytes.length : -1;
    if (!last || next.offset > lastEnd) joined.push(next);
    else if (next.offset + next.bytes.length > lastEnd) {
      const fresh = next.bytes.subarray(lastEnd - next.offset);
      const bytes = new Uint8Array(last.bytes.length + fresh.length);
      bytes.set(last.bytes);
      bytes.set(fresh, last.bytes.length);
      joined[joined.length - 1] = { offset: last.offset, bytes };
    }
  }
  return joined;
}

/** Everything from byte 0 to the end, in order and without holes: what was not read is named with its reason. */
export function streamPieces(parts: readonly StreamPart[], summary: StreamSummary): StreamPiece[] {
  const pieces: StreamPiece[] = [];
  let at = 0;
  for (const part of parts) {
    pieces.push(...missingPieces(at, part.offset, summary));
    pieces.push({ kind: 'read', ...part });
    at = part.offset + part.bytes.length;
  }
  pieces.push(...missingPieces(at, summary.bytes, summary));
  return pieces;
}

function missingPieces(from: number, to: number, summary: StreamSummary): StreamPiece[] {
  const pieces: StreamPiece[] = [];
  let at = from;
  for (const range of [...summary.kept].sort((a, b) => a.offset - b.offset)) {
    const start = Math.max(at, range.offset);
    const end = Math.min(to, range.offset + range.length);
    if (end <= start) continue;
    if (start > at) pieces.push({ kind: 'not-kept', offset: at, length: start - at });
    pieces.push({ kind: 'not-read', offset: start, length: end - start });
    at = end;
  }
  if (at < to) pieces.push({ kind: 'not-kept', offset: at, length: to - at });
  return pieces;
}
