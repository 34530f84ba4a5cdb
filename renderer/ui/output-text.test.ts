import { expect, test } from 'vitest';
import { bytesOfBase64, hexDump, isBinary, keptSentence } from './output-text.ts';

test('what was cut is told in full, and nothing is said when all was kept', () => {
  expect(keptSentence(100, [{ offset: 0, length: 100 }])).toBeUndefined();
  expect(keptSentence(0, [])).toBeUndefined();
  expect(
    keptSentence(20_000_000, [
      { offset: 0, length: 4_194_304 },
      { offset: 19_737_856, length: 262_144 },
    ]),
  ).toBe('Kept 4.5 MB of 20.0 MB: the first 4.2 MB and the last 262 kB.');
  expect(keptSentence(500, [])).toBe('Nothing was kept of 500 B.');
  expect(keptSentence(3_000, [{ offset: 1_000, length: 1_000 }])).toBe(
    'Kept 1.0 kB of 3.0 kB: 1.0 kB from 1.0 kB on.',
  );
});

test('zero bytes and broken UTF-8 are binary; a character cut at the end is text', () => {
  const text = new TextEncoder().encode('größe');
  expect(isBinary(text)).toBe(false);
  expect(isBinary(text.subarray(0, 3))).toBe(false);
  expect(isBinary(Uint8Array.from([65, 0, 66]))).toBe(true);
  expect(isBinary(Uint8Array.from([0xff, 0xfe, 65]))).toBe(true);
});

test('a hex view shows offset, bytes and text', () => {
  expect(hexDump(bytesOfBase64(btoa('Hello\u0000 world, 12345')))).toBe(
    '00000000  48 65 6c 6c 6f 00 20 77  6f 72 6c 64 2c 20 31 32  Hello. world, 12\n' +
      `00000010  33 34 35${' '.repeat(15)}  ${' '.repeat(23)}  345`,
  );
});
