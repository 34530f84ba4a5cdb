import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdBuildLock } from './build-lock.mjs';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the build lock', () => {
  it('lets the second build in only when the first is done', async () => {
    const order: string[] = [];
    const releaseFirst = await holdBuildLock(file);
    const second = holdBuildLock(file).then((release) => {
      order.push('second');
      return release;
    });
    order.push('first done');
    releaseFirst();
    (await second)();
    expect(order).toEqual(['first done', 'second']);
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a process that no longer lives', async () => {
    writeFileSync(file, '4194304'); // above the highest process number that Linux gives
    (await holdBuildLock(file))();
  });

  it('is taken over when it is older than any build, whoever has its process number now', async () => {
    writeFileSync(file, String(process.pid));
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(file, anHourAgo, anHourAgo);
    (await holdBuildLock(file))();
  });
});
