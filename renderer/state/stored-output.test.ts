import { expect, test } from 'vitest';
import type { CallInput, CallName, CallOutput } from '../../contract/rpc/contract.ts';
import { bytesRead, gapsIn, NOTHING_READ, readMore, textOf } from './stored-output.ts';

/** Answers like the control centre: kept ranges of one stream, a gap moves the offset forward. */
function keeper(kept: readonly { offset: number; text: string }[]) {
  const ranges = kept.map(({ offset, text }) => ({ offset, bytes: new TextEncoder().encode(text) }));
  const calls: number[] = [];
  return {
    calls,
    call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      if (name !== 'jobs.read-output') throw new Error(name);
      const { offset, limitBytes = 262_144 } = input as CallInput<'jobs.read-output'>;
      calls.push(offset);
      const range = ranges.find((candidate) => offset < candidate.offset + candidate.bytes.length);
      if (!range) return Promise.resolve({ offset, data: '', nextOffset: null } as CallOutput<N>);
      const start = Math.max(offset, range.offset);
      const slice = range.bytes.slice(start - range.offset, start - range.offset + limitBytes);
      const end = start + slice.length;
      const last = ranges.at(-1);
      const more = last !== undefined && end < last.offset + last.bytes.length;
      const data = btoa(String.fromCharCode(...slice));
      return Promise.resolve({ offset: start, data, nextOffset: more ? end : null } as CallOutput<N>);
    },
  };
}
const place = { jobId: 'job1', mac: 'B827EB407E5A', stream: 'stdout' } as const;
const gapLine = (missing: number): string => `[${missing} missing]`;

test('pages that follow one another are one text, also when a character is cut between them', async () => {
  const source = keeper([{ offset: 0, text: 'größe' }]);
  const first = await readMore(source, place, NOTHING_READ, 3);
  expect(bytesRead(first)).toBe(3);
  const all = await readMore(source, place, first, 1_000);
  expect(all.nextOffset).toBeNull();
  expect(textOf(all, gapLine)).toBe('größe');
});

test('what was not kept is a gap with its size', async () => {
  const source = keeper([
    { offset: 0, text: 'head\n' },
    { offset: 100, text: 'tail\n' },
  ]);
  const read = await readMore(source, place, NOTHING_READ, 1_000);
  expect(gapsIn(read)).toEqual([{ beforePart: 1, bytes: 95 }]);
  expect(textOf(read, gapLine)).toBe('head\n\n[95 missing]\ntail\n');
});

test('a stream whose beginning was not kept says so first', async () => {
  const read = await readMore(keeper([{ offset: 10, text: 'tail' }]), place, NOTHING_READ, 1_000);
  expect(textOf(read, gapLine)).toBe('[10 missing]\ntail');
});

test('no more is read than was asked for, and nothing after the end', async () => {
  const source = keeper([{ offset: 0, text: 'abcdefghij' }]);
  const read = await readMore(source, place, NOTHING_READ, 4);
  expect(textOf(read, gapLine)).toBe('abcd');
  const all = await readMore(source, place, read, 100);
  const count = source.calls.length;
  expect(await readMore(source, place, all, 100)).toEqual(all);
  expect(source.calls).toHaveLength(count);
});

test('an empty stream is at its end at once', async () => {
  const read = await readMore(keeper([]), place, NOTHING_READ, 100);
  expect(read).toEqual({ parts: [], nextOffset: null });
});
