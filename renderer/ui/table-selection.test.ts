import { expect, it } from 'vitest';
import { keepOrder, keysBetween, selectedShare, toggleKey } from './table-selection.ts';

it('takes a range in either direction', () => {
  expect(keysBetween(['a', 'b', 'c', 'd'], 2, 1)).toEqual(['b', 'c']);
});

it('turns one key on and off', () => {
  expect([...toggleKey(new Set(['a']), 'b')]).toEqual(['a', 'b']);
  expect([...toggleKey(new Set(['a']), 'a')]).toEqual([]);
});

it('counts only what is listed', () => {
  expect(selectedShare(new Set(['x']), ['a', 'b'])).toBe('none');
  expect(selectedShare(new Set(['a', 'x']), ['a', 'b'])).toBe('some');
  expect(selectedShare(new Set(['a', 'b', 'x']), ['a', 'b'])).toBe('all');
});

it('keeps rows where they were, with new ones at the end', () => {
  expect(keepOrder(['c', 'a', 'n', 'b'], (key) => key, ['a', 'b', 'c', 'gone'])).toEqual([
    'a',
    'b',
    'c',
    'n',
  ]);
});
