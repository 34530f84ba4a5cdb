import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, utf8ByteLength } from './bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [262_144, '262 kB'],
  [4_100_000, '4.1 MB'],
  [108_944_293_888, '109 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('bytes of a text are counted as they are written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8ByteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
  expect(utf8ByteLength('\ud800x\udc00')).toBe(7);
});
