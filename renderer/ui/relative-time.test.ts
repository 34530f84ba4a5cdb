import { expect, it } from 'vitest';
import { relativeText, spanText } from './relative-time.tsx';

it('says a span in its largest unit', () => {
  expect(spanText(500)).toBe('');
  expect(spanText(12_900)).toBe('12 s');
  expect(spanText(59 * 60_000)).toBe('59 min');
  expect(spanText(47 * 3_600_000)).toBe('47 h');
  expect(spanText(49 * 3_600_000)).toBe('2 days');
});

it('knows past, present and future', () => {
  expect(relativeText(0, 180_000)).toBe('3 min ago');
  expect(relativeText(1_000, 1_500)).toBe('just now');
  expect(relativeText(24 * 3_600_000, 400)).toBe('in 24 h');
});
