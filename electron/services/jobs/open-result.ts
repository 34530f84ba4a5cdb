import type { OutputStream } from '../../../contract/model/job.ts';
import type { SignedResult } from '../../../contract/wire/messages/job.ts';
import type { StoredResult } from '../history/job-row.ts';

export interface ByteRange {
  offset: number;
  length: number;
}

/** A result that is not final, with what the engine knows beyond the stored row. */
export interface OpenResult {
  row: StoredResult;
  /** A cancel was asked for after the request had been sent once. */
  cancelRequested: boolean;
  /** The cancel has left at least once. */
  cancelSent: boolean;
  /** Kept bytes that are stored, in order and merged. */
  have: Record<OutputStream, ByteRange[]>;
  /** The signed outcome, while output is still missing. */
  outcome: { result: SignedResult; receipt: string; finishedAt: string; startedAt: string | null } | null;
  /** How often missing output was asked for since the last that arrived. */
  outputRequests: number;
  /** Its outcome is being stored just now: others that come for it find the way taken. */
  closing: boolean;
  /** A request is being stored and signed just now. */
  sending: boolean;
  /** When the request, cancel or question was sent last; Unix milliseconds. */
  lastSentMs: number;
  /** When the device said anything about it last; Unix milliseconds. */
  lastNewsMs: number;
  /** How often it was asked after an accepted job since the device's last news. */
  questions: number;
  /** Requests in a row that the device refused as out of order. */
  refusals: number;
}

export function openResult(row: StoredResult): OpenResult {
  return {
    row,
    cancelRequested: false,
    cancelSent: false,
    have: { stdout: [], stderr: [] },
    outcome: null,
    outputRequests: 0,
    closing: false,
    sending: false,
    lastSentMs: 0,
    lastNewsMs: 0,
    questions: 0,
    refusals: 0,
  };
}

/** Adds a range and merges what touches. */
export function addRange(ranges: readonly ByteRange[], added: ByteRange): ByteRange[] {
  const sorted = [...ranges, added].sort((a, b) => a.offset - b.offset);
  const merged: ByteRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.offset <= last.offset + last.length) {
      last.length = Math.max(last.length, range.offset + range.length - last.offset);
    } else {
      merged.push({ ...range });
    }
  }
  return merged.filter((range) => range.length > 0);
}

/** How many bytes the ranges hold. */
export function rangesLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

/** The first byte that is wanted and not there, or undefined when all is. */
export function firstMissing(wanted: readonly ByteRange[], have: readonly ByteRange[]): number | undefined {
  for (const want of wanted) {
    let position = want.offset;
    for (const range of have) {
      if (range.offset <= position && position < range.offset + range.length)
        position = range.offset + range.length;
    }
    if (position < want.offset + want.length) return position;
  }
  return undefined;
}
