import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { createRateLimit } from './rate-limit.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'muster-log-'));
  folders.push(path);
  return path;
};

describe('the log', () => {
  it('writes JSON lines for this user only, without secrets', () => {
    const path = folder();
    const log = createLog(path);
    log.warn({ topic: 'a/b', password: 'hunter2', key: { d: 'private' } }, 'Ignored a message.');
    log.close();
    const file = join(path, 'muster.log');
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ level: 40, msg: 'Ignored a message.', topic: 'a/b' });
    expect(text).not.toMatch(/hunter2|private/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps two files of bounded size', () => {
    const path = folder();
    const log = createLog(path);
    const long = 'x'.repeat(1024 * 1024);
    for (let line = 0; line < 25; line += 1) log.warn({ line, long }, 'Filled.');
    log.close();
    const sizes = ['muster.log', 'muster.log.1'].map((name) => statSync(join(path, name)).size);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(readFileSync(join(path, 'muster.log'), 'utf8')).toContain('"line":24');
  });

  it('says once that it cannot be written, and goes on', () => {
    const told: string[] = [];
    // Every write to this device fails as on a full disk.
    const log = createLog('/dev/full', (sentence) => told.push(sentence));
    for (let line = 0; line < 5; line += 1) log.error({}, 'Something happened.');
    log.close();
    log.error({}, 'After the end.');
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('cannot be written');
  });
});

describe('the rate limit of a log', () => {
  it('lets each kind through once in a while and counts what it held back', () => {
    let now = 0;
    const limit = createRateLimit({ intervalMs: 100, kinds: 2, now: () => now });
    expect([limit.admit('a'), limit.admit('a'), limit.admit('a'), limit.admit('b')]).toEqual([
      0,
      undefined,
      undefined,
      0,
    ]);
    now = 100;
    expect(limit.admit('a')).toBe(2);
  });

  it('forgets kinds rather than grow without bound', () => {
    const limit = createRateLimit({ intervalMs: 100, kinds: 2, now: () => 0 });
    for (const kind of ['a', 'b', 'c']) limit.admit(kind);
    expect(limit.admit('a')).toBe(0);
  });
});
