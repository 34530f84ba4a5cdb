import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StorageReport } from '../storage/report.ts';
import { createHistory, type History } from './history.ts';
import { SITE, sampleJob, sampleMac, sampleResult } from './history-sample.ts';

let folder: string;
let path: string;
let history: History;
let reports: StorageReport[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-history-'));
  path = join(folder, 'history.sqlite');
  reports = [];
  history = createHistory({ path, onReport: (report) => reports.push(report) });
  await history.start();
});
afterEach(async () => {
  await history.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(reports).toEqual([]);
});

function insertJob(id: string, devices = 3): void {
  history.transaction(() => {
    history.jobs.insert(sampleJob(id));
    for (let index = 0; index < devices; index += 1)
      history.results.insert(sampleResult(id, sampleMac(index)));
  });
}

describe('jobs', () => {
  test('come back with every field, the counts of their results and a state that follows from them', () => {
    history.jobs.insert(
      sampleJob('first', { deadlineAt: '2026-11-26T08:00:00.000Z', extra: { sequence: 7 } }),
    );
    insertJob('second');
    expect(history.jobs.get('second')).toEqual({
      ...sampleJob('second'),
      state: 'waiting',
      finishedAt: null,
      total: 3,
      counts: { queued: 3 },
    });
    history.results.update('second', sampleMac(0), { state: 'running' });
    history.results.update('second', sampleMac(1), { state: 'succeeded' });
    expect(history.jobs.get('second')).toMatchObject({
      state: 'running',
      total: 3,
      counts: { queued: 1, running: 1, succeeded: 1 },
    });
    expect(history.jobs.extra('first')).toEqual({ sequence: 7 });
    expect(history.jobs.get('first')?.deadlineAt).toBe('2026-11-26T08:00:00.000Z');
    expect(history.jobs.get('third')).toBeUndefined();
  });

  test('are listed newest first, in pages, by site, and only the open ones when asked', () => {
    for (const id of ['a', 'b', 'c', 'd']) insertJob(id, 1);
    history.jobs.insert(sampleJob('other', { siteId: 'other site' }));
    const ids = (filter: Parameters<History['jobs']['list']>[0]): string[] =>
      history.jobs.list(filter).map((job) => job.id);
    expect(ids({ limit: 3 })).toEqual(['other', 'd', 'c']);
    expect(ids({ limit: 3, beforeId: 'c' })).toEqual(['b', 'a']);
    expect(ids({ limit: 2, siteId: SITE })).toEqual(['d', 'c']);
    expect(history.jobs.finish('b', '2026-11-25T09:00:00.000Z')).toBe(true);
    expect(history.jobs.finish('b', '2026-11-25T10:00:00.000Z')).toBe(false);
    expect(ids({ limit: 9, siteId: SITE, open: true })).toEqual(['d', 'c', 'a']);
    history.jobs.reopen('b');
    expect(ids({ limit: 9, open: true })).toEqual(['other', 'd', 'c', 'b', 'a']);
  });

  test('are refused twice with the same id', () => {
    insertJob('a');
    expect(() => history.jobs.insert(sampleJob('a'))).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('that finished long ago are removed with all that belongs to them, open ones stay', () => {
    for (const id of ['old', 'new', 'open']) insertJob(id, 2);
    history.output.append('old', sampleMac(0), 'stdout', 0, Buffer.from('text'));
    history.jobs.finish('old', '2025-01-01T00:00:00.000Z');
    history.jobs.finish('new', '2026-11-25T00:00:00.000Z');
    expect(history.jobs.removeFinishedBefore('2026-01-01T00:00:00.000Z', 10)).toBe(1);
    expect(history.jobs.list({ limit: 9 }).map((job) => job.id)).toEqual(['open', 'new']);
    const rows = new DatabaseSync(path, { readOnly: true });
    expect(rows.prepare('SELECT count(*) AS n FROM job_results').get()).toEqual({ n: 4 });
    expect(rows.prepare('SELECT count(*) AS n FROM output').get()).toEqual({ n: 0 });
    rows.close();
  });
});

describe('results', () => {
  test('come back with every field', () => {
    history.jobs.insert(sampleJob('a'));
    const full = sampleResult('a', sampleMac(1), {
      state: 'failed',
      detail: 'Ended with code 3',
      attempts: 2,
      sentAt: '2026-11-25T08:00:01.000Z',
      acceptedAt: '2026-11-25T08:00:02.000Z',
      startedAt: '2026-11-25T08:00:03.000Z',
      finishedAt: '2026-11-25T08:00:04.000Z',
      exitCode: 3,
      signal: 'SIGTERM',
      error: { code: 'internal', message: 'It failed.', data: { why: 'because' } },
      output: {
        stdout: { bytes: 5, sha256: 'a'.repeat(64), kept: [{ offset: 0, length: 5 }] },
        stderr: { bytes: 0, sha256: 'b'.repeat(64), kept: [] },
      },
      value: { uptimeSec: 12 },
      receipt: 'aaa.bbb.ccc',
    });
    history.results.insert(full);
    expect(history.results.get('a', sampleMac(1))).toEqual(full);
    expect(history.results.get('a', sampleMac(2))).toBeUndefined();
  });

  test('change only from the states that the caller names, so that a final one stays', () => {
    insertJob('a', 1);
    const mac = sampleMac(0);
    expect(history.results.update('a', mac, { state: 'sent', attempts: 1 }, ['queued', 'sent'])).toBe(true);
    expect(history.results.update('a', mac, { state: 'cancelled' }, ['queued'])).toBe(false);
    expect(history.results.update('a', mac, { state: 'succeeded', exitCode: 0 })).toBe(true);
    expect(history.results.update('a', mac, { state: 'sent' }, ['queued', 'sent'])).toBe(false);
    expect(history.results.update('a', mac, { exitCode: null })).toBe(true);
    expect(history.results.get('a', mac)).toMatchObject({ state: 'succeeded', attempts: 1, exitCode: null });
    expect(history.results.update('a', sampleMac(9), { state: 'sent' })).toBe(false);
  });

  test('are listed by state and in pages, and the open ones by site and device', () => {
    insertJob('a', 5);
    insertJob('b', 2);
    for (const index of [1, 3]) history.results.update('a', sampleMac(index), { state: 'failed' });
    const macs = (results: { mac: string }[]): string[] => results.map((result) => result.mac);
    expect(macs(history.results.list('a', { states: ['failed', 'rejected'] }))).toEqual(
      [1, 3].map(sampleMac),
    );
    expect(macs(history.results.list('a', { afterMac: sampleMac(1), limit: 2 }))).toEqual(
      [2, 3].map(sampleMac),
    );
    expect(history.results.listOpen(SITE)).toHaveLength(5);
    expect(history.results.listOpen('other site')).toEqual([]);
    expect(history.results.listOpen(SITE, sampleMac(1)).map((result) => result.jobId)).toEqual(['b']);
    const newest = history.results.listForDevice(SITE, sampleMac(0), { limit: 1 });
    expect(newest.map((result) => result.jobId)).toEqual(['b']);
    const next = history.results.listForDevice(SITE, sampleMac(0), { limit: 5, beforeJobId: 'b' });
    expect(next.map((result) => result.jobId)).toEqual(['a']);
  });
});

describe('transactions', () => {
  test('undo everything when their work throws', () => {
    expect(() =>
      history.transaction(() => {
        insertJob('a');
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(history.jobs.list({ limit: 9 })).toEqual([]);
  });

  test('undo an inner one alone when the outer one goes on', () => {
    history.transaction(() => {
      insertJob('a');
      expect(() =>
        history.transaction(() => {
          insertJob('b');
          throw new Error('inner');
        }),
      ).toThrow('inner');
      insertJob('c');
    });
    expect(history.jobs.list({ limit: 9 }).map((job) => job.id)).toEqual(['c', 'a']);
  });

  test('refuse work that waits', () => {
    expect(() => history.transaction(async () => insertJob('a'))).toThrow(/promise/);
    expect(history.jobs.list({ limit: 9 })).toEqual([]);
  });

  test('share one commit when they are handed in together, and fail alone', async () => {
    const outcomes = await Promise.allSettled([
      history.write(() => insertJob('a')),
      history.write(() => history.jobs.insert(sampleJob('a'))),
      history.write(() => {
        insertJob('b');
        return 'b';
      }),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ value: 'b' });
    expect(history.jobs.list({ limit: 9 }).map((job) => job.id)).toEqual(['b', 'a']);
  });
});

describe('audit entries', () => {
  const entry = (target: string) => ({
    at: '2026-11-25T08:00:00.000Z',
    siteId: SITE,
    actor: 'Ada',
    action: 'link',
    target,
    detail: `Linked ${target}`,
  });

  test('are chained, listed newest first in pages, and filtered', async () => {
    for (let index = 0; index < 5; index += 1) history.audit.append(entry(`device ${index}`));
    history.audit.append({ ...entry('Site'), siteId: null, actor: 'Grace', action: 'site.add' });
    const targets = (options: Parameters<History['audit']['list']>[0]): string[] =>
      history.audit.list(options).map((listed) => listed.target);
    expect(targets({ limit: 2 })).toEqual(['Site', 'device 4']);
    expect(targets({ limit: 2, beforeSeq: 5 })).toEqual(['device 3', 'device 2']);
    expect(targets({ limit: 9, filter: { actor: 'Grace' } })).toEqual(['Site']);
    expect(targets({ limit: 9, filter: { siteId: SITE, search: 'LINKED DEVICE 3' } })).toEqual(['device 3']);
    expect(await history.audit.verify()).toEqual({ ok: true, entries: 6 });
  });

  const tamperings: Record<string, [sql: string, brokenSeq: number]> = {
    changed: [`UPDATE audit SET actor = 'Eve' WHERE seq = 3`, 3],
    removed: ['DELETE FROM audit WHERE seq = 4', 4],
    'cut off at the end': ['DELETE FROM audit WHERE seq >= 5', 5],
    swapped: ['UPDATE audit SET detail = (SELECT detail FROM audit WHERE seq = 1) WHERE seq = 2', 2],
  };
  for (const [name, [sql, brokenSeq]] of Object.entries(tamperings)) {
    test(`that were ${name} are found`, async () => {
      for (let index = 0; index < 5; index += 1) history.audit.append(entry(`device ${index}`));
      const other = new DatabaseSync(path);
      other.exec(sql);
      other.close();
      expect(await history.audit.verify()).toEqual({ ok: false, brokenSeq });
    });
  }
});

test('device events are listed by device and trimmed to a number, oldest first', () => {
  for (let index = 0; index < 10; index += 1) {
    const kind = index % 2 === 0 ? 'online' : 'offline';
    history.events.append({
      at: '2026-11-25T08:00:00.000Z',
      siteId: SITE,
      mac: sampleMac(index % 3),
      kind,
      detail: `${index}`,
    });
  }
  const details = (filter: Parameters<History['events']['list']>[0]): string[] =>
    history.events.list(filter).map((event) => event.detail);
  expect(details({ limit: 3 })).toEqual(['9', '8', '7']);
  expect(details({ siteId: SITE, limit: 2 })).toEqual(['9', '8']);
  expect(details({ siteId: SITE, mac: sampleMac(1), limit: 9 })).toEqual(['7', '4', '1']);
  expect(details({ siteId: SITE, mac: sampleMac(1), limit: 9, beforeSeq: 8 })).toEqual(['4', '1']);
  expect(history.events.trim(4)).toBe(6);
  expect(details({ limit: 9 })).toEqual(['9', '8', '7', '6']);
});

test('a stopped history says so, and starts again with what it had', async () => {
  insertJob('a');
  await history.stop();
  expect(() => history.jobs).toThrow(/closed/);
  await expect(history.write(() => 1)).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(`${path}.bak`)).toBe(true);
  expect(existsSync(`${path}-wal`)).toBe(false);
  await history.start();
  expect(history.jobs.get('a')?.total).toBe(3);
});
