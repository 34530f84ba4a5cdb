import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES } from '../../contract/wire/limits.ts';
import { createOutputFile, type OutputSource, openKeptOutput } from './output-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Bytes that tell their own offset, so that any shift shows. */
function pattern(length: number): Buffer {
  const buffer = Buffer.alloc(length);
  for (let index = 0; index + 4 <= length; index += 4) buffer.writeUInt32LE(index, index);
  return buffer;
}

function readRange(source: OutputSource, offset: number, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = offset; at < offset + length; ) {
    const part = source.read(at, Math.min(48 * 1024, offset + length - at));
    expect(part.length).toBeGreaterThan(0);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

test('of any output all is counted and hashed, and exactly its head and its tail are kept', async () => {
  const limit = OUTPUT_HEAD_BYTES + 3 * OUTPUT_TAIL_BYTES;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom(
          0,
          1,
          OUTPUT_HEAD_BYTES,
          OUTPUT_HEAD_BYTES + 1,
          OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES,
          limit,
        ),
        fc.integer({ min: 0, max: limit }),
      ),
      fc.integer({ min: 1000, max: 700_000 }),
      async (length, chunkBytes) => {
        const path = join(folder, 'job.stdout');
        const all = pattern(length);
        const file = createOutputFile(path, (error) => {
          throw error;
        });
        for (let at = 0; at < length; at += chunkBytes) file.write(all.subarray(at, at + chunkBytes));
        const summary = await file.finish();
        expect(summary.bytes).toBe(length);
        expect(summary.sha256).toBe(createHash('sha256').update(all).digest('hex'));
        const keptBytes = summary.kept.reduce((sum, range) => sum + range.length, 0);
        expect(keptBytes).toBe(Math.min(length, OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES));
        expect(summary.kept.length).toBeLessThanOrEqual(2);
        for (const source of [file, openKeptOutput(path, summary)]) {
          for (const range of source.readableRanges()) {
            const expected = all.subarray(range.offset, range.offset + range.length);
            expect(readRange(source, range.offset, range.length).equals(expected)).toBe(true);
          }
        }
        await rm(path, { force: true });
      },
    ),
    { numRuns: 25 },
  );
});

test('when nothing can be stored the bytes are still counted and hashed, and nothing is said to be kept', async () => {
  const errors: unknown[] = [];
  const file = createOutputFile(join(folder, 'missing', 'job.stdout'), (error) => errors.push(error));
  file.write(Buffer.from('hello '));
  file.write(Buffer.from('world'));
  expect(await file.finish()).toEqual({
    bytes: 11,
    sha256: createHash('sha256').update('hello world').digest('hex'),
    kept: [],
  });
  expect(errors).toHaveLength(1);
});
