import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REPLAY_WINDOW } from '../../contract/wire/limits.ts';
import { createReplayWindow } from './replay-window.ts';

const kid = 'k'.repeat(43);

test('no number is ever new twice, whatever the order, and a higher one is always new', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 20 })), {
        maxLength: 400,
      }),
      (numbers) => {
        const window = createReplayWindow();
        const seen = new Set<number>();
        let highest = 0;
        for (const seq of numbers) {
          const verdict = window.check(kid, seq);
          if (seen.has(seq)) expect(verdict).not.toBe('new');
          else if (seq > highest - REPLAY_WINDOW) expect(verdict).toBe('new');
          else expect(verdict).toBe('old');
          window.mark(kid, seq);
          seen.add(seq);
          highest = Math.max(highest, seq);
          expect(window.highest(kid)).toBe(highest);
        }
      },
    ),
  );
});

test('a snapshot restores exactly what was seen, and numbers at the end of the range work', () => {
  const window = createReplayWindow();
  const top = Number.MAX_SAFE_INTEGER;
  for (const seq of [5, 1200, 1100, top - 3, top]) window.mark(kid, seq);
  const copy = createReplayWindow();
  for (const { kid: key, highest, seen } of window.snapshot()) copy.restore(key, highest, seen);
  expect([top, top - 1, top - 3, 1200].map((seq) => copy.check(kid, seq))).toEqual([
    'seen',
    'new',
    'seen',
    'old',
  ]);
  copy.close(kid);
  expect(copy.check(kid, top - 1)).toBe('seen');
  expect(copy.check('other', 1)).toBe('new');
});
