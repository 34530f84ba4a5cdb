import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRateLimit, openLogFile } from './log.ts';

test('a log file keeps two pieces of half a megabyte, whole lines only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-log-'));
  const file = openLogFile(folder, 'x.log');
  for (let line = 0; line < 20_000; line += 1) file.write(`${'x'.repeat(90)} ${line}\n`);
  file.close();
  const [now, before] = ['x.log', 'x.log.1'].map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(statSync(join(folder, 'x.log.1')).size).toBeLessThan(600_000);
  const numbers = `${before}${now}`
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]));
  expect(numbers.at(-1)).toBe(19_999);
  expect(numbers.every((number, index) => number === (numbers[0] ?? 0) + index)).toBe(true);
  rmSync(folder, { recursive: true });
});

test('a flood of one kind is cut, counted, and let through again a minute later', () => {
  let now = 0;
  const limit = createRateLimit({ burst: 2, monotonicMs: () => now });
  expect([1, 2, 3, 4].map(() => limit.admit('a'))).toEqual([0, 0, undefined, undefined]);
  expect(limit.admit('b')).toBe(0);
  now = 60_001;
  expect(limit.admit('a')).toBe(2);
});
