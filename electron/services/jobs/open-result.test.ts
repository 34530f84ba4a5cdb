import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRange, type ByteRange, firstMissing } from './open-result.ts';

const range = fc.record({ offset: fc.nat(200), length: fc.integer({ min: 1, max: 50 }) });

test('merged ranges hold exactly the bytes that were added', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), (added) => {
      const merged = added.reduce<ByteRange[]>((ranges, next) => addRange(ranges, next), []);
      const bytesOf = (ranges: readonly ByteRange[]) =>
        new Set(ranges.flatMap(({ offset, length }) => Array.from({ length }, (_, index) => offset + index)));
      expect([...bytesOf(merged)].sort((a, b) => a - b)).toEqual([...bytesOf(added)].sort((a, b) => a - b));
      for (let index = 1; index < merged.length; index += 1) {
        const [before, after] = [merged[index - 1], merged[index]];
        if (before && after) expect(before.offset + before.length).toBeLessThan(after.offset);
      }
    }),
  );
});

test('the first missing byte is the first wanted one that nothing covers', () => {
  expect(firstMissing([{ offset: 0, length: 10 }], [])).toBe(0);
  expect(
    firstMissing(
      [{ offset: 0, length: 10 }],
      [
        { offset: 0, length: 4 },
        { offset: 6, length: 9 },
      ],
    ),
  ).toBe(4);
  expect(
    firstMissing(
      [
        { offset: 0, length: 4 },
        { offset: 90, length: 10 },
      ],
      [
        { offset: 0, length: 4 },
        { offset: 90, length: 9 },
      ],
    ),
  ).toBe(99);
  expect(firstMissing([{ offset: 0, length: 4 }], [{ offset: 0, length: 4 }])).toBeUndefined();
  expect(firstMissing([], [])).toBeUndefined();
});
