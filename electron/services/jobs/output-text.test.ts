import { expect, test } from 'vitest';
import { outputText } from './output-text.ts';

const part = (offset: number, bytes: Buffer | string) => ({ offset, bytes: Buffer.from(bytes as string) });

test('text stays text, also with accents and an empty stream', () => {
  expect(outputText([])).toEqual({ text: '', encoding: 'utf8' });
  expect(outputText([part(0, 'grüße\n')])).toEqual({ text: 'grüße\n', encoding: 'utf8' });
});

test('what is no text comes as base64, byte for byte', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0, 1, 2]);
  expect(outputText([{ offset: 0, bytes }])).toEqual({ text: bytes.toString('base64'), encoding: 'base64' });
  expect(outputText([part(0, 'a\0b')]).encoding).toBe('base64');
});

test('a gap is named with its size, and characters cut by it do not turn the text into binary', () => {
  const letter = Buffer.from('ü');
  const head = { offset: 0, bytes: Buffer.concat([Buffer.from('head'), letter.subarray(0, 1)]) };
  const tail = { offset: 1000, bytes: Buffer.concat([letter.subarray(1), Buffer.from('tail')]) };
  expect(outputText([head, tail])).toEqual({
    text: 'head\n… 995 bytes were not kept …\ntail',
    encoding: 'utf8',
  });
});
