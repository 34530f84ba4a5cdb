import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StorageReport } from '../storage/report.ts';
import { createHistory, type History } from './history.ts';
import { sampleJob, sampleMac, sampleResult } from './history-sample.ts';

let folder: string;
let path: string;
let reports: StorageReport[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-recovery-'));
  path = join(folder, 'history.sqlite');
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const newHistory = (): History => createHistory({ path, onReport: (report) => reports.push(report) });

function fill(history: History, id: string): void {
  history.transaction(() => {
    history.jobs.insert(sampleJob(id));
    for (let index = 0; index < 500; index += 1) history.results.insert(sampleResult(id, sampleMac(index)));
  });
}

async function session(work: (history: History) => void): Promise<void> {
  const history = newHistory();
  await history.start();
  try {
    work(history);
  } finally {
    await history.stop();
  }
}

const jobIds = (history: History): string[] => history.jobs.list({ limit: 99 }).map((job) => job.id);

function overwrite(file: string, offset: number, length: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(length, 'muster'), 0, length, offset);
  closeSync(descriptor);
}

describe('a damaged history', () => {
  const damages: Record<string, () => void> = {
    'with garbage at its beginning': () => overwrite(path, 0, 4096),
    'with garbage in its middle': () => overwrite(path, 4096 * 3, 4096 * 10),
    'cut in half': () => truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096),
    'cut in the middle of a page': () => truncateSync(path, 5000),
    'that is empty': () => truncateSync(path, 0),
    'that is something else': () => writeFileSync(path, 'This is no database. '.repeat(1000)),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`${name} is replaced by its backup, kept aside and reported`, async () => {
      await session((history) => fill(history, 'a'));
      damage();
      const damaged = readFileSync(path);
      await session((history) => {
        expect(jobIds(history)).toEqual(['a']);
        expect(history.jobs.get('a')?.total).toBe(500);
        fill(history, 'b');
      });
      expect(reports).toHaveLength(1);
      expect(reports[0]?.level).toBe('error');
      expect(reports[0]?.message).toContain('replaced by its backup');
      const kept = readdirSync(folder).filter((file) => file.startsWith('history.sqlite.damaged-'));
      expect(readFileSync(join(folder, kept[0] ?? '')).equals(damaged)).toBe(true);
      reports = [];
      await session((history) => expect(jobIds(history)).toEqual(['b', 'a']));
      expect(reports).toEqual([]);
    });
  }

  test('that is missing comes back from its backup, without the log of the lost one', async () => {
    await session((history) => fill(history, 'a'));
    rmSync(path);
    writeFileSync(`${path}-wal`, 'left over');
    await session((history) => expect(jobIds(history)).toEqual(['a']));
    expect(reports[0]?.message).toContain('is missing');
  });

  test('with a damaged backup starts empty, says so as an error, and keeps both', async () => {
    await session((history) => fill(history, 'a'));
    overwrite(path, 0, 4096);
    overwrite(`${path}.bak`, 0, 4096);
    await session((history) => expect(jobIds(history)).toEqual([]));
    expect(reports).toHaveLength(1);
    expect(reports[0]?.level).toBe('error');
    expect(reports[0]?.message).toContain('starts empty');
    const kept = readdirSync(folder).filter((file) => file.includes('damaged-'));
    expect(kept).toHaveLength(2);
  });

  test('is checked at the next start after damage was met while it ran', async () => {
    await session((history) => {
      fill(history, 'a');
      // More than SQLite keeps in memory, so that it must read pages again.
      for (let index = 0; index < 100; index += 1) {
        history.output.append('a', sampleMac(index), 'stdout', 0, Buffer.alloc(100_000, 'x'));
      }
    });
    const history = newHistory();
    await history.start();
    overwrite(path, 4096, statSync(path).size - 4096);
    expect(() => {
      for (let index = 0; index < 500; index += 1) history.output.read('a', sampleMac(index), 'stdout');
      history.results.list('a');
    }).toThrow(/start it again/);
    expect(existsSync(`${path}.check`)).toBe(true);
    reports = [];
    await history.stop();
    expect(reports.map((report) => report.message).join()).toContain('damaged');
    reports = [];
    await session((again) => expect(jobIds(again)).toEqual(['a']));
    expect(reports[0]?.message).toContain('replaced by its backup');
    expect(existsSync(`${path}.check`)).toBe(false);
  });
});

test('damaged measurements are set aside and start anew, the rest is not touched', async () => {
  await session((history) => fill(history, 'a'));
  overwrite(join(folder, 'metrics.sqlite'), 0, 4096);
  await session((history) => expect(jobIds(history)).toEqual(['a']));
  expect(reports).toHaveLength(1);
  expect(reports[0]?.message).toContain('measurements');
});

test('a history from a newer Muster is refused and not touched', async () => {
  await session((history) => fill(history, 'a'));
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(path);
  await expect((async () => newHistory().start())()).rejects.toMatchObject({ code: 'incompatible' });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('the backup is a whole database of its own with the same version', async () => {
  await session((history) => fill(history, 'a'));
  const copy = new DatabaseSync(`${path}.bak`, { readOnly: true });
  expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  expect(copy.prepare('SELECT count(*) AS n FROM job_results').get()).toEqual({ n: 500 });
  copy.close();
});

test('a folder in the place of the file gives a sentence that names it', async () => {
  writeFileSync(join(folder, 'file'), '');
  const history = createHistory({ path: join(folder, 'file', 'history.sqlite'), onReport: () => undefined });
  await expect((async () => history.start())()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(join(folder, 'file')),
  });
});
