import { expect, test } from 'vitest';
import { liveTail } from './live-tail.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what came before the watch is joined with what came after, without doubling', () => {
  expect(liveTail(bytes('one\ntwo\n'), { text: 'two\nthree\n', startOffset: 4 })).toEqual({
    text: 'one\ntwo\nthree\n',
    skippedBytes: 0,
  });
  expect(liveTail(bytes('all'), undefined)).toEqual({ text: 'all', skippedBytes: 0 });
  expect(liveTail(undefined, undefined)).toEqual({ text: '', skippedBytes: 0 });
});

test('what is not here is counted and not passed over in silence', () => {
  expect(liveTail(undefined, { text: 'end', startOffset: 500 })).toEqual({ text: 'end', skippedBytes: 500 });
  expect(liveTail(bytes('start'), { text: 'end', startOffset: 500 })).toEqual({
    text: 'end',
    skippedBytes: 500,
  });
});

test('of a long text only the end is drawn, from the start of a line on', () => {
  const line = `${'x'.repeat(99)}\n`;
  const { text, skippedBytes } = liveTail(undefined, { text: line.repeat(1000), startOffset: 0 });
  expect(text.length).toBeLessThanOrEqual(64 * 1024);
  expect(text.startsWith('x'.repeat(99))).toBe(true);
  expect(text.length + skippedBytes).toBe(100_000);
});
