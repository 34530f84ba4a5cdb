import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import { decodeText, encodeText, snapshotOf } from './versioned-text.ts';

const FORMAT = { schema: z.record(z.string(), z.json()), version: 1, migrations: {} };

function decodes(bytes: Buffer): boolean {
  try {
    decodeText(FORMAT, bytes);
    return true;
  } catch (error) {
    // Anything else is a crash.
    if (error instanceof AppError && ['invalid', 'incompatible'].includes(error.code)) return false;
    throw error;
  }
}

test('whatever JSON can hold comes back the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      // JSON has no -0 and no `__proto__` of its own in what a schema makes.
      const data = FORMAT.schema.parse(JSON.parse(JSON.stringify(value)));
      const decoded = decodeText(FORMAT, encodeText(1, snapshotOf(data).text));
      expect(decoded).toEqual({ data, text: JSON.stringify(data), version: 1 });
    }),
    { numRuns: 300 },
  );
});

test('no bytes at all make the decoder crash', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string().map(Buffer.from), fc.json().map(Buffer.from)),
      (bytes) => {
        decodes(Buffer.from(bytes));
      },
    ),
    { numRuns: 500 },
  );
});

test('each single changed bit of the data is noticed', () => {
  const whole = encodeText(1, JSON.stringify({ name: 'Ada', tags: ['north', 'roof'], count: 12 }));
  const from = whole.indexOf('"data":') + 7;
  for (let index = from; index < whole.length - 2; index += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Buffer.from(whole);
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      expect(decodes(changed), `byte ${index}, bit ${bit}`).toBe(false);
    }
  }
});

test('text nested a hundred thousand deep is refused, not followed', () => {
  const deep = `{"version":1,"data":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
  expect(decodes(Buffer.from(deep))).toBe(false);
});
