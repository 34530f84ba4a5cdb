import { expect, test } from 'vitest';
import { clockSentence } from './clock-words.ts';

test('a small difference is the network, a large one is told with its direction', () => {
  expect(clockSentence('2026-11-25T00:00:01Z', '2026-11-25T00:00:02Z').off).toBe(false);
  expect(clockSentence('2026-11-25T00:10:00Z', '2026-11-25T00:00:00Z').text).toBe(
    'Its clock is 10 min ahead of this laptop’s.',
  );
  expect(clockSentence('1970-01-01T00:00:00Z', '2026-11-25T00:00:00Z')).toMatchObject({
    off: true,
    text: expect.stringMatching(/days behind/),
  });
});
