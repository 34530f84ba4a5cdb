import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createHistory, type History } from './history.ts';
import { sampleJob, sampleMac, sampleResult } from './history-sample.ts';

const CHILD = fileURLToPath(new URL('./committing-child.ts', import.meta.url));
const KILLS = 50;

/** Lets a child commit, kills it with SIGKILL, and returns the last number it found and the last it acknowledged. */
async function liveAndDie(
  path: string,
  commits: number,
  delayMs: number,
): Promise<{ opened: number; saved: number }> {
  const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const life = { opened: -1, saved: 0 };
  let left = commits;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = '', value = ''] = line.split(' ', 2);
    if (word === 'report') throw new Error(line);
    if (word === 'opened') life.opened = Number(value);
    if (word === 'saved') life.saved = Number(value);
    left -= word === 'saved' ? 1 : 0;
    if (left === 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  await exited;
  return life;
}

function expectWhole(history: History, id: string): void {
  expect(history.jobs.get(id)).toMatchObject({ total: 20, counts: { queued: 19, succeeded: 1 } });
  for (const result of history.results.list(id)) {
    const [part] = history.output.read(id, result.mac, 'stdout');
    expect(part?.bytes.toString()).toBe(`output of job ${id}`);
  }
}

test(`${KILLS} kills with SIGKILL lose no acknowledged commit and leave none half`, {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-history-kill-'));
  const path = join(folder, 'history.sqlite');
  try {
    let saved = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const life = await liveAndDie(path, 1 + (kill % 5), (kill * 3) % 8);
      expect(life.opened).toBeGreaterThanOrEqual(saved);
      saved = life.saved;
    }
    const history = createHistory({
      path,
      onReport: (report) => {
        throw new Error(report.message);
      },
    });
    await history.start();
    const jobs = history.jobs.list({ limit: 100_000 });
    // Without a hole from the first to the last: each number that was ever acknowledged is there.
    expect(jobs.map((job) => job.id)).toEqual(jobs.map((_, index) => String(jobs.length - index)));
    expect(jobs.length).toBeGreaterThanOrEqual(saved);
    for (const job of jobs) expectWhole(history, job.id);
    expect(await history.audit.verify()).toEqual({ ok: true, entries: jobs.length });
    await history.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A file system of 4 MiB, or undefined where none can be mounted. */
function mountTinyDisk(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'muster-tiny-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

test('a disk that is really full gives no-space, leaves nothing half, and works again when there is room', async (context) => {
  const folder = mountTinyDisk();
  if (!folder) return context.skip('no tmpfs can be mounted here: that takes root');
  const ballast = join(folder, 'ballast');
  const reports: string[] = [];
  const history = createHistory({
    path: join(folder, 'history.sqlite'),
    onReport: (report) => reports.push(report.message),
  });
  const writeJob = (id: string): void => {
    history.jobs.insert(sampleJob(id));
    for (let device = 0; device < 1000; device += 1)
      history.results.insert(sampleResult(id, sampleMac(device)));
  };
  try {
    await history.start();
    history.transaction(() => writeJob('before'));
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 32 * 1024));
    const full = expect.objectContaining({ code: 'no-space', message: expect.stringContaining(folder) });
    expect(() => history.transaction(() => writeJob('during'))).toThrow(full);
    // Whoever swallows the error inside must not get the rest committed by itself.
    expect(() =>
      history.transaction(() => {
        try {
          writeJob('swallowed');
        } catch {
          history.jobs.insert(sampleJob('after the error'));
        }
      }),
    ).toThrow(full);
    const shared = await Promise.allSettled([
      history.write(() => writeJob('x')),
      history.write(() => writeJob('y')),
    ]);
    expect(shared).toMatchObject([{ reason: { code: 'no-space' } }, { reason: { code: 'no-space' } }]);
    expect(() => {
      for (let index = 0; index < 1000; index += 1) {
        history.output.append('before', sampleMac(1), 'stdout', index * 9000, Buffer.alloc(9000, 'x'));
      }
    }).toThrow(full);
    expect(history.jobs.list({ limit: 9 }).map((job) => job.id)).toEqual(['before']);
    rmSync(ballast);
    history.transaction(() => writeJob('later'));
    expect(history.jobs.get('later')?.total).toBe(1000);
    await history.stop();
    const again = createHistory({
      path: join(folder, 'history.sqlite'),
      onReport: (report) => reports.push(report.message),
    });
    await again.start();
    expect(again.jobs.list({ limit: 9 }).map((job) => job.id)).toEqual(['later', 'before']);
    await again.stop();
    expect(reports).toEqual([]);
    const rest = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(rest.bavail * rest.bsize));
    await expect((async () => again.start())()).rejects.toThrow(full);
  } finally {
    await history.stop();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});
