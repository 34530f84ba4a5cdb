import type { LiveOutput } from '../../state/live-output.ts';

/** Characters drawn of a stream that still grows. */
const SHOWN_CHARS = 64 * 1024;

/** The end of a running stream: what was printed before the watch began, joined with what has come since. */
export function liveTail(
  head: Uint8Array | undefined,
  live: Pick<LiveOutput, 'text' | 'startOffset'> | undefined,
): { text: string; skippedBytes: number } {
  const start = live?.startOffset ?? head?.length ?? 0;
  const joins = head !== undefined && head.length >= start;
  const before = joins ? new TextDecoder().decode(head.subarray(0, start)) : '';
  const skippedBefore = joins ? 0 : start;
  const all = before + (live?.text ?? '');
  if (all.length <= SHOWN_CHARS) return { text: all, skippedBytes: skippedBefore };
  const from = all.length - SHOWN_CHARS;
  // From a line's start on, so that the first line is not half a one.
  const lineEnd = all.indexOf('\n', from);
  const cut = lineEnd === -1 || lineEnd - from > 4_096 ? from : lineEnd + 1;
  return {
    text: all.slice(cut),
    skippedBytes: skippedBefore + new TextEncoder().encode(all.slice(0, cut)).length,
  };
}
