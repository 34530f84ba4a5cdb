import { expect, it } from 'vitest';
import { sparklinePath } from './sparkline.tsx';

it('begins a new stroke after a gap', () => {
  const path = sparklinePath([0, 50, null, 100], 98, 20, 0, 100);
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path).toContain('M97.0 1.5');
});

it('draws nothing without values', () => {
  expect(sparklinePath([null, null], 98, 20)).toBe('');
});
