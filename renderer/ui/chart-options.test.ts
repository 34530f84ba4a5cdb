import { expect, test } from 'vitest';
import { isolatedPoints } from './chart-options.ts';

test('a value between gaps is found, one that is joined to another is not', () => {
  const data: [number[], (number | null)[]] = [
    [1, 2, 3, 4, 5, 6],
    [7, null, 8, 9, null, 0],
  ];
  expect(isolatedPoints({ data }, 1)).toEqual([0, 5]);
});
