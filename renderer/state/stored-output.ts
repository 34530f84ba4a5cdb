import type { OutputStream } from '../../contract/model/job.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';

/** Bytes that follow one another in a stream. */
export interface OutputPart {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What was read of a stream so far; `nextOffset` is null when all that was kept has been read. */
export interface OutputRead {
  readonly parts: readonly OutputPart[];
  readonly nextOffset: number | null;
}

export const NOTHING_READ: OutputRead = { parts: [], nextOffset: 0 };

export interface StreamPlace {
  readonly jobId: string;
  readonly mac: string;
  readonly stream: OutputStream;
}

const PAGE_BYTES = 512 * 1024;

/** Reads on from what was read, at least `wantedBytes` more or to the end. */
export async function readMore(
  client: Pick<RpcClient, 'call'>,
  place: StreamPlace,
  before: OutputRead,
  wantedBytes: number,
): Promise<OutputRead> {
  let { parts, nextOffset } = before;
  let got = 0;
  while (nextOffset !== null && got < wantedBytes) {
    const limitBytes = Math.min(PAGE_BYTES, wantedBytes - got);
    const page = await client.call('jobs.read-output', { ...place, offset: nextOffset, limitBytes });
    const bytes = Uint8Array.from(atob(page.data), (character) => character.charCodeAt(0));
    if (bytes.length > 0) parts = joined(parts, { offset: page.offset, bytes });
    got += bytes.length;
    nextOffset = page.nextOffset;
  }
  return { parts, nextOffset };
}

/** Joins a part to the last one when it follows it directly: characters may be cut between pages. */
function joined(parts: readonly OutputPart[], part: OutputPart): readonly OutputPart[] {
  const last = parts.at(-1);
  if (!last || last.offset + last.bytes.length !== part.offset) return [...parts, part];
  const bytes = new Uint8Array(last.bytes.length + part.bytes.length);
  bytes.set(last.bytes);
  bytes.set(part.bytes, last.bytes.length);
  return [...parts.slice(0, -1), { offset: last.offset, bytes }];
}

/** Bytes read so far. */
export function bytesRead(read: OutputRead): number {
  return read.parts.reduce((sum, part) => sum + part.bytes.length, 0);
}

/** A gap between two parts, or before the first: what was printed there was not kept. */
export interface OutputGap {
  readonly beforePart: number;
  readonly bytes: number;
}

export function gapsIn(read: OutputRead): readonly OutputGap[] {
  const gaps: OutputGap[] = [];
  let end = 0;
  read.parts.forEach((part, index) => {
    if (part.offset > end) gaps.push({ beforePart: index, bytes: part.offset - end });
    end = part.offset + part.bytes.length;
  });
  return gaps;
}

/** The parts as text, each decoded by itself, with a line that says what is missing where something is. */
export function textOf(read: OutputRead, gapLine: (missingBytes: number) => string): string {
  const gaps = new Map(gapsIn(read).map((gap) => [gap.beforePart, gap.bytes]));
  return read.parts
    .map((part, index) => {
      const text = new TextDecoder().decode(part.bytes);
      const missing = gaps.get(index);
      return missing === undefined ? text : `${index === 0 ? '' : '\n'}${gapLine(missing)}\n${text}`;
    })
    .join('');
}
