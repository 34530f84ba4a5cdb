import type { OutputPart } from '../history/output-table.ts';

/** Bytes of one stream as text, or as base64 where they are no text. */
export interface OutputText {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
}

/** Only what lies in the ranges that the device signed for; all of it while there is no result yet. */
export function clipToKept(
  parts: readonly OutputPart[],
  kept: readonly { offset: number; length: number }[] | undefined,
): OutputPart[] {
  if (!kept) return [...parts];
  return parts.flatMap(({ offset, bytes }) =>
    kept.flatMap((range) => {
      const from = Math.max(offset, range.offset);
      const to = Math.min(offset + bytes.length, range.offset + range.length);
      return from < to ? [{ offset: from, bytes: bytes.subarray(from - offset, to - offset) }] : [];
    }),
  );
}

/** Between kept parts of a text stands a line that says how much is missing; binary parts are simply joined. */
export function outputText(parts: readonly OutputPart[]): OutputText {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Buffer): string => decoder.decode(bytes);
  let text = '';
  let position = 0;
  try {
    for (const { offset, bytes } of parts) {
      if (offset > position) text += `\n… ${offset - position} bytes were not kept …\n`;
      // A cut can split a character; what is broken at the seams is left out of the text only there.
      text += decodeSeams(decode, bytes, offset > position);
      position = offset + bytes.length;
    }
  } catch {
    return { text: Buffer.concat(parts.map((part) => part.bytes)).toString('base64'), encoding: 'base64' };
  }
  if (text.includes('\0')) {
    return { text: Buffer.concat(parts.map((part) => part.bytes)).toString('base64'), encoding: 'base64' };
  }
  return { text, encoding: 'utf8' };
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function decodeSeams(decode: (bytes: Buffer) => string, bytes: Buffer, afterGap: boolean): string {
  let start = 0;
  while (afterGap && start < 3 && isContinuation(bytes[start])) start += 1;
  let end = bytes.length;
  // Step back over a character that the end of this part cuts in two: at most three bytes.
  for (let back = 1; back <= 3 && bytes.length - back >= start; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (needed > back) end = bytes.length - back;
    break;
  }
  return decode(bytes.subarray(start, end));
}
