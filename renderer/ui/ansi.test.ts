import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnsi, stripAnsi } from './ansi.ts';

const ESC = '\u001b';

test('plain text is one span without a style for each line', () => {
  expect(parseAnsi('a\nb')).toEqual([[{ text: 'a', style: {} }], [{ text: 'b', style: {} }]]);
});

test('colours last until they are reset, also over the end of a line', () => {
  const lines = parseAnsi(`${ESC}[1;31mred\nstill${ESC}[0m plain`);
  expect(lines[0]).toEqual([{ text: 'red', style: { bold: true, foreground: 1 } }]);
  expect(lines[1]).toEqual([
    { text: 'still', style: { bold: true, foreground: 1 } },
    { text: ' plain', style: {} },
  ]);
});

test('bright, palette and true colours are told apart', () => {
  const [line] = parseAnsi(`${ESC}[92ma${ESC}[38;5;208mb${ESC}[48;2;1;2;3mc${ESC}[39;49md`);
  expect(line).toEqual([
    { text: 'a', style: { foreground: 10 } },
    { text: 'b', style: { foreground: '#ff8700' } },
    { text: 'c', style: { foreground: '#ff8700', background: '#010203' } },
    { text: 'd', style: {} },
  ]);
});

test('cursor movements, titles and links leave no trace', () => {
  expect(stripAnsi(`${ESC}[2J${ESC}[Ha${ESC}]0;title\u0007b${ESC}]8;;http://x${ESC}\\c${ESC}(Bd\u0007`)).toBe(
    'abcd',
  );
});

test('a sequence that is cut at the end shows nothing', () => {
  expect(stripAnsi(`a${ESC}[3`)).toBe('a');
  expect(stripAnsi(`a${ESC}`)).toBe('a');
});

test('a carriage return lets a progress bar replace itself, and ends a line of a Windows text unchanged', () => {
  expect(stripAnsi('10 %\r50 %\r100 %\ndone')).toBe('100 %\ndone');
  expect(stripAnsi('a\r\nb\r\n')).toBe('a\nb\n');
});

test('backspaces take back, and text that reorders the screen is shown as such', () => {
  expect(stripAnsi('abc\b\bX')).toBe('aX');
  expect(stripAnsi('safe\u202eexe')).toBe('safe\ufffdexe');
});

test('markup stays text', () => {
  expect(stripAnsi('<script>alert(1)</script>')).toBe('<script>alert(1)</script>');
});

test('no input makes it throw, and no control character gets through', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(ESC, '[', '31m', '38;5;', '\u009b', ']', '\u0007', '\r'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const character of stripAnsi(pieces.join(''))) {
        const code = character.charCodeAt(0);
        expect(code >= 32 || character === '\n' || character === '\t').toBe(true);
        expect(code >= 127 && code < 160).toBe(false);
      }
    }),
  );
});
