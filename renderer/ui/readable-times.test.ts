import { expect, test } from 'vitest';
import { readableTimes } from './readable-times.ts';

const at = new Date(2026, 10, 25, 13, 40, 14);

test('a moment of the same day is told by its time alone', () => {
  const text = readableTimes(
    `Waits: offline since ${at.toISOString()}. It starts when it appears.`,
    at.getTime(),
  );
  expect(text).not.toContain('2026');
  expect(text).toContain('40');
  expect(text.startsWith('Waits: offline since ')).toBe(true);
});

test('a moment of another day has its date', () => {
  expect(readableTimes(at.toISOString(), at.getTime() + 3 * 86_400_000)).toContain('2026');
});

test('everything else stays as it is', () => {
  const text = 'Version 2026-11-25 of 2026-99-99T99:99:99Z stays.';
  expect(readableTimes(text, 0)).toBe(text);
});
