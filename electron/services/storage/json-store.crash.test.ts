import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createJsonStore, type JsonStore } from './json-store.ts';
import type { StorageReport } from './report.ts';
import { CRASHES, type Crash, createSimulatedDisk, type SimulatedDisk } from './simulated-disk.ts';
import { decodeText } from './versioned-text.ts';

const PATH = '/data/counter.json';
const Counter = z.object({ count: z.number().int(), padding: z.string() });
type Counter = z.infer<typeof Counter>;
const FORMAT = { schema: Counter, version: 1, migrations: {} };

function openStore(disk: SimulatedDisk, reports: StorageReport[] = []): JsonStore<Counter> {
  return createJsonStore({
    path: PATH,
    schema: Counter,
    version: 1,
    defaults: { count: 0, padding: 'x'.repeat(200) },
    files: disk.files,
    onReport: (report) => reports.push(report),
  });
}

/** Counts up until the disk stops it; returns the last acknowledged and the last attempted count. */
async function countUp(
  disk: SimulatedDisk,
  to: number,
): Promise<{ acknowledged: number; attempted: number }> {
  const progress = { acknowledged: 0, attempted: 0 };
  try {
    const store = openStore(disk);
    await store.start();
    progress.acknowledged = store.data.count;
    progress.attempted = store.data.count;
    while (progress.attempted < to) {
      progress.attempted += 1;
      await store.update((draft) => {
        draft.count = progress.attempted;
      });
      progress.acknowledged = progress.attempted;
    }
    await store.stop();
  } catch (error) {
    // The simulated crash; what matters is what the next start finds.
    if (!(error instanceof Error) || !error.message.includes('simulated crash')) throw error;
  }
  return progress;
}

async function preparedDisk(count: number): Promise<SimulatedDisk> {
  const disk = createSimulatedDisk();
  await countUp(disk, count);
  return disk.restart('power');
}

describe('a crash at any step', () => {
  test('leaves the old or the new state, never less than was acknowledged, and a whole backup', async () => {
    const reference = await preparedDisk(3);
    await countUp(reference, 6);
    const steps = reference.steps();
    expect(steps).toBeGreaterThan(24);
    let checked = 0;
    for (let step = 0; step <= steps; step += 1) {
      for (const when of ['before', 'middle'] as const) {
        for (const crash of CRASHES) {
          await crashAndReopen(step, when, crash);
          checked += 1;
        }
      }
    }
    expect(checked).toBe((steps + 1) * 6);
  });

  async function crashAndReopen(step: number, when: 'before' | 'middle', crash: Crash): Promise<void> {
    const label = `${crash} ${when} step ${step}`;
    const disk = await preparedDisk(3);
    disk.crashAt(step, when);
    const { acknowledged, attempted } = await countUp(disk, 6);
    const after = disk.restart(crash);
    const backup = after.content(`${PATH}.bak`);
    if (backup) expect(decodeText(FORMAT, backup).data.count, label).toBeGreaterThanOrEqual(3);
    const reports: StorageReport[] = [];
    const store = openStore(after, reports);
    await store.start();
    expect(store.data.count, label).toBeGreaterThanOrEqual(Math.max(3, acknowledged));
    expect(store.data.count, label).toBeLessThanOrEqual(Math.max(3, attempted));
    expect(reports, label).toEqual([]);
    // After a start both copies are the same again.
    expect(after.content(`${PATH}.bak`), label).toEqual(after.content(PATH));
  }

  test('while a damaged file is being replaced by its backup loses nothing', async () => {
    const damage = async (): Promise<SimulatedDisk> => {
      const disk = await preparedDisk(4);
      disk.put(PATH, Buffer.from('{"version":1,"da'));
      return disk;
    };
    const reference = await damage();
    await countUp(reference, 4);
    for (let step = 0; step <= reference.steps(); step += 1) {
      for (const when of ['before', 'middle'] as const) {
        for (const crash of CRASHES) {
          const disk = await damage();
          disk.crashAt(step, when);
          await countUp(disk, 4);
          const store = openStore(disk.restart(crash));
          await store.start();
          expect(store.data.count, `${crash} ${when} step ${step}`).toBe(4);
        }
      }
    }
  });
});

describe('a full disk at any step', () => {
  test('rejects with no-space or saves, and memory is what the disk holds', async () => {
    const reference = await preparedDisk(3);
    await countUp(reference, 5);
    for (let step = 0; step <= reference.steps(); step += 1) await failAndCompare(step);
  });

  async function failAndCompare(step: number): Promise<void> {
    const disk = await preparedDisk(3);
    const store = openStore(disk);
    await store.start();
    disk.failAt(step, 'ENOSPC');
    const outcomes = [];
    for (const count of [4, 5]) {
      const outcome = store.update((draft) => {
        draft.count = count;
      });
      outcomes.push(
        await outcome.then(
          () => 'saved',
          (error) => error.code,
        ),
      );
    }
    expect(['saved', 'no-space'], `step ${step}`).toContain(outcomes[0]);
    expect(outcomes[1], `step ${step}: the next update goes through`).toMatch(/saved|no-space/);
    expect(outcomes.filter((outcome) => outcome !== 'saved').length).toBeLessThanOrEqual(1);
    const main = disk.content(PATH);
    expect(main && decodeText(FORMAT, main).data, `step ${step}`).toEqual(store.data);
    const reopened = openStore(disk.restart('kill'));
    await reopened.start();
    expect(reopened.data, `step ${step}`).toEqual(store.data);
  }
});
