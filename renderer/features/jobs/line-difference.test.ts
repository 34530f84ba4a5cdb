import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLines, type DifferenceLine, foldEqualLines } from './line-difference.ts';

const shown = (lines: readonly DifferenceLine[]): string[] =>
  lines.map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`);

test('equal texts have no change', () => {
  const difference = compareLines(['a', 'b'], ['a', 'b']);
  expect(shown(difference.lines)).toEqual([' a', ' b']);
  expect(difference).toMatchObject({ removed: 0, added: 0, coarse: false });
});

test('a replaced line is shown as removed and added, with the line numbers of both sides', () => {
  const difference = compareLines(['a', 'b', 'c'], ['a', 'x', 'c']);
  expect(shown(difference.lines)).toEqual([' a', '-b', '+x', ' c']);
  expect(difference.lines[2]).toMatchObject({ before: null, after: 2 });
  expect(difference.lines[3]).toMatchObject({ before: 3, after: 3 });
});

test('an empty side is all added or all removed', () => {
  expect(shown(compareLines([], ['a', 'b']).lines)).toEqual(['+a', '+b']);
  expect(shown(compareLines(['a'], []).lines)).toEqual(['-a']);
  expect(compareLines([], []).lines).toEqual([]);
});

test('both sides can be rebuilt from any comparison, and none has more edits than replacing everything', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 80 }), (before, after, limit) => {
      const { lines, removed, added } = compareLines(before, after, limit);
      expect(lines.filter((line) => line.kind !== 'added').map((line) => line.text)).toEqual(before);
      expect(lines.filter((line) => line.kind !== 'removed').map((line) => line.text)).toEqual(after);
      expect(removed + added).toBeLessThanOrEqual(before.length + after.length);
    }),
  );
});

test('the comparison is the shortest one', () => {
  const longest = (a: readonly string[], b: readonly string[]): number => {
    const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
    for (let i = 1; i <= a.length; i += 1) {
      for (let j = 1; j <= b.length; j += 1) {
        const row = table[i] ?? [];
        const above = table[i - 1] ?? [];
        row[j] = a[i - 1] === b[j - 1] ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0);
      }
    }
    return table[a.length]?.[b.length] ?? 0;
  };
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 15 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const same = compareLines(before, after).lines.filter((line) => line.kind === 'same').length;
      expect(same).toBe(longest(before, after));
    }),
  );
});

test('texts that have nothing in common are compared coarsely, and said to be', () => {
  const before = Array.from({ length: 50_000 }, (_, index) => `before ${index}`);
  const after = Array.from({ length: 50_000 }, (_, index) => `after ${index}`);
  const difference = compareLines(['head', ...before, 'tail'], ['head', ...after, 'tail']);
  expect(difference.coarse).toBe(true);
  expect(difference).toMatchObject({ removed: 50_000, added: 50_000 });
  expect(difference.lines[0]).toMatchObject({ kind: 'same', text: 'head' });
  expect(difference.lines.at(-1)).toMatchObject({
    kind: 'same',
    text: 'tail',
    before: 50_002,
    after: 50_002,
  });
});

test('equal lines far from a change are folded with their count', () => {
  const before = Array.from({ length: 20 }, (_, index) => String(index));
  const after = before.with(10, 'x');
  const rows = foldEqualLines(compareLines(before, after).lines, 2);
  expect(rows.map((row) => (row.kind === 'folded' ? `…${row.count}` : row.text))).toEqual([
    '…8',
    '8',
    '9',
    '10',
    'x',
    '11',
    '12',
    '…7',
  ]);
});
