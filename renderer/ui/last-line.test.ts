import { expect, test } from 'vitest';
import { lastLine, printedLines } from './last-line.ts';

test('live text is told by its last printed line', () => {
  expect(lastLine('10 %\r20 %\r30 %')).toBe('30 %');
  expect(lastLine('a\n\u001b[31mb\u001b[0m\n\n')).toBe('b');
  expect(lastLine('')).toBe('');
});

test('blank lines are left out', () => {
  expect(printedLines('\n a \n\t\nb')).toEqual(['a', 'b']);
});
