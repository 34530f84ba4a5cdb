import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHistory, type History } from './history.ts';
import { sampleJob, sampleMac, sampleResult } from './history-sample.ts';

let folder: string;
let history: History;
const MAC = sampleMac(1);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-output-'));
  history = createHistory({
    path: join(folder, 'history.sqlite'),
    onReport: (report) => {
      throw new Error(report.message);
    },
  });
  await history.start();
  addJob('a');
});
afterEach(async () => {
  await history.stop();
  rmSync(folder, { recursive: true, force: true });
});

function addJob(id: string): void {
  history.transaction(() => {
    history.jobs.insert(sampleJob(id));
    history.results.insert(sampleResult(id, MAC));
  });
}

const append = (offset: number, text: string, id = 'a'): number =>
  history.output.append(id, MAC, 'stdout', offset, Buffer.from(text));
const parts = (range?: { fromOffset?: number; limitBytes?: number }): [number, string][] =>
  history.output.read('a', MAC, 'stdout', range).map((part) => [part.offset, part.bytes.toString()]);

test('output is put together in order, whatever the order it came in', () => {
  append(6, 'world');
  append(0, 'hello ');
  expect(parts()).toEqual([[0, 'hello world']]);
  expect(history.output.read('a', MAC, 'stderr')).toEqual([]);
  expect(history.output.totalBytes('a')).toBe(11);
});

test('what was repeated is stored once, and a gap stays a gap', () => {
  expect(append(0, 'abc')).toBe(3);
  expect(append(0, 'abc')).toBe(0);
  expect(append(10, 'xyz')).toBe(3);
  expect(parts()).toEqual([
    [0, 'abc'],
    [10, 'xyz'],
  ]);
  expect(history.output.ranges('a', MAC, 'stdout')).toEqual([
    { offset: 0, length: 3 },
    { offset: 10, length: 3 },
  ]);
});

test('a part can be read from an offset and up to a number of bytes', () => {
  append(0, 'abcdef');
  append(6, 'ghij');
  expect(parts({ fromOffset: 4 })).toEqual([[4, 'efghij']]);
  expect(parts({ fromOffset: 2, limitBytes: 5 })).toEqual([[2, 'cdefg']]);
  expect(parts({ fromOffset: 20 })).toEqual([]);
});

test('output of a job that is not there is refused, as is a piece that is far too large', () => {
  expect(() => append(0, 'x', 'other')).toThrow(expect.objectContaining({ code: 'not-found' }));
  const huge = Buffer.alloc(2 * 1024 * 1024);
  expect(() => history.output.append('a', MAC, 'stdout', 0, huge)).toThrow(
    expect.objectContaining({ code: 'too-large' }),
  );
});

test('twenty megabytes in pieces come back whole', () => {
  const piece = Buffer.alloc(64 * 1024, 'muster ');
  for (let index = 0; index < 320; index += 1)
    history.output.append('a', MAC, 'stdout', index * piece.length, piece);
  const [whole, ...rest] = history.output.read('a', MAC, 'stdout');
  expect(rest).toEqual([]);
  expect(whole?.bytes.length).toBe(320 * piece.length);
  expect(whole?.bytes.equals(Buffer.concat(Array.from({ length: 320 }, () => piece)))).toBe(true);
});

test('pieces that overlap in any way give each byte once, the first one that came', () => {
  let run = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 20 }), (pieces) => {
      run += 1;
      const id = `run ${run}`;
      addJob(id);
      const expected = new Map<number, number>();
      for (const [index, [offset, length]] of pieces.entries()) {
        let added = 0;
        for (let at = offset; at < offset + length; at += 1) {
          if (expected.has(at)) continue;
          expected.set(at, index);
          added += 1;
        }
        expect(history.output.append(id, MAC, 'stdout', offset, Buffer.alloc(length, index))).toBe(added);
      }
      const stored = new Map<number, number>();
      for (const part of history.output.read(id, MAC, 'stdout')) {
        for (const [index, byte] of part.bytes.entries()) stored.set(part.offset + index, byte);
      }
      expect(stored).toEqual(expected);
      const kept = history.output.ranges(id, MAC, 'stdout').reduce((sum, range) => sum + range.length, 0);
      expect(kept).toBe(expected.size);
    }),
    { numRuns: 60 },
  );
});
