import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createJsonStore } from './json-store.ts';

const CHILD = fileURLToPath(new URL('./counting-child.ts', import.meta.url));
const KILLS = 60;

interface Life {
  opened: number;
  saved: number;
  reports: string[];
}

/** Lets a child count until it has saved `saves` times, kills it with SIGKILL, and returns all that it printed. */
async function liveAndDie(path: string, saves: number, delayMs: number): Promise<Life> {
  const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const life: Life = { opened: -1, saved: 0, reports: [] };
  let left = saves;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = '', value = ''] = line.split(' ', 2);
    if (word === 'opened') life.opened = Number(value);
    if (word === 'saved') life.saved = Number(value);
    if (word === 'report') life.reports.push(line);
    left -= word === 'saved' ? 1 : 0;
    // The delay spreads the kill over the steps of the next write.
    if (left === 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  await exited;
  return life;
}

test(`${KILLS} kills with SIGKILL lose no acknowledged update and damage nothing`, {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-kill-'));
  try {
    let saved = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const life = await liveAndDie(join(folder, 'count.json'), 1 + (kill % 4), (kill * 7) % 10);
      expect(life.reports).toEqual([]);
      // At most the one update that was under way is there without having been acknowledged.
      expect(life.opened).toBeGreaterThanOrEqual(saved);
      expect(life.opened).toBeLessThanOrEqual(saved + 1);
      saved = life.saved;
    }
    expect(saved).toBeGreaterThanOrEqual(KILLS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A file system of 64 KiB, or undefined where none can be mounted. */
function mountTinyDisk(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'muster-tiny-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

test('a disk that is really full gives no-space, changes nothing, and works again when there is room', async (context) => {
  const folder = mountTinyDisk();
  if (!folder) return context.skip('no tmpfs can be mounted here: that takes root');
  const path = join(folder, 'text.json');
  const ballast = join(dirname(path), 'ballast');
  const newStore = () =>
    createJsonStore({
      path,
      schema: z.object({ text: z.string() }),
      version: 1,
      defaults: { text: '' },
      onReport: (report) => reports.push(report.level),
    });
  const reports: string[] = [];
  const set = (text: string) =>
    store.update((draft) => {
      draft.text = text;
    });
  const store = newStore();
  try {
    await store.start();
    await set('first');
    writeFileSync(ballast, Buffer.alloc(40 * 1024));
    await expect(set('y'.repeat(30_000))).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringContaining(folder),
    });
    expect(store.data.text).toBe('first');
    const other = newStore();
    await other.start();
    expect(other.data.text).toBe('first');
    await set('small');
    rmSync(ballast);
    await set('z'.repeat(10_000));
    expect(store.data.text).toHaveLength(10_000);
    await store.stop();
    await other.stop();
    expect(reports).toEqual([]);
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});
