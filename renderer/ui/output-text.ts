import { formatBytes } from '../../contract/lib/bytes.ts';

/** A range of bytes of a stream. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** How much was kept of a stream, as a sentence; undefined when nothing was cut. `kept` is in order and does not overlap. */
export function keptSentence(totalBytes: number, kept: readonly ByteRange[]): string | undefined {
  const keptBytes = kept.reduce((sum, range) => sum + range.length, 0);
  if (keptBytes >= totalBytes) return undefined;
  if (keptBytes === 0) return `Nothing was kept of ${formatBytes(totalBytes)}.`;
  const parts = kept.filter((range) => range.length > 0).map((range) => nameRange(range, totalBytes));
  return `Kept ${formatBytes(keptBytes)} of ${formatBytes(totalBytes)}: ${joinWords(parts)}.`;
}

function nameRange(range: ByteRange, totalBytes: number): string {
  if (range.offset === 0) return `the first ${formatBytes(range.length)}`;
  if (range.offset + range.length >= totalBytes) return `the last ${formatBytes(range.length)}`;
  return `${formatBytes(range.length)} from ${formatBytes(range.offset)} on`;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The bytes that base64 text stands for. */
export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Whether bytes are no text: a zero byte, or no UTF-8. A character that is cut at the end is no reason. */
export function isBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return false;
  } catch {
    // The decoder's way to say that this is no UTF-8.
    return true;
  }
}

/** Lines of offset, 16 bytes in hex, and the bytes as text with a dot for what cannot be printed. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = [...bytes.subarray(offset, offset + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    lines.push(`${offset.toString(16).padStart(8, '0')}  ${left}  ${right}  ${text}`);
  }
  return lines.join('\n');
}
