import { expect, test } from 'vitest';
import { piecesText } from './pieces-text.ts';

test('where bytes are missing, a line of its own says how many and why', () => {
  const read = (offset: number, text: string) =>
    ({ kind: 'read', offset, bytes: new TextEncoder().encode(text) }) as const;
  expect(
    piecesText([
      read(0, 'one'),
      { kind: 'not-read', offset: 3, length: 2_000 },
      { kind: 'not-kept', offset: 2_003, length: 500 },
      read(2_503, 'end\n'),
    ]),
  ).toBe('one\n⋯ 2.0 kB were kept and are not shown yet ⋯\n⋯ 500 B were printed here and not kept ⋯\nend\n');
  expect(piecesText([])).toBe('');
});
