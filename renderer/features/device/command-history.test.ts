import { expect, test } from 'vitest';
import { AT_DRAFT, addCommand, readHistory, walkHistory } from './command-history.ts';

test('a repeated command moves to the end, an empty one is not kept', () => {
  expect(addCommand(['a', 'b'], ' a ')).toEqual(['b', 'a']);
  const history = ['a'];
  expect(addCommand(history, '  ')).toBe(history);
  expect(
    addCommand(
      Array.from({ length: 100 }, (_, index) => String(index)),
      'new',
    ),
  ).toHaveLength(100);
});

test('walking back and forward ends at what had been typed', () => {
  const history = ['first', 'second'];
  const one = walkHistory(history, AT_DRAFT, 'typing', 'back');
  expect(one?.text).toBe('second');
  const two = walkHistory(history, one?.position ?? AT_DRAFT, 'second', 'back');
  expect(two?.text).toBe('first');
  expect(walkHistory(history, two?.position ?? AT_DRAFT, 'first', 'back')).toBeUndefined();
  const three = walkHistory(history, two?.position ?? AT_DRAFT, 'first', 'forward');
  expect(three?.text).toBe('second');
  const four = walkHistory(history, three?.position ?? AT_DRAFT, 'second', 'forward');
  expect(four).toEqual({ text: 'typing', position: AT_DRAFT });
  expect(walkHistory(history, AT_DRAFT, 'typing', 'forward')).toBeUndefined();
});

test('damaged storage is an empty history', () => {
  expect(readHistory(null)).toEqual([]);
  expect(readHistory('{')).toEqual([]);
  expect(readHistory('{"a":1}')).toEqual([]);
  expect(readHistory('["a",1,"b"]')).toEqual(['a', 'b']);
});
