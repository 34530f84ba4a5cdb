import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSequence, type Sequence } from './sequence.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-sequence-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Opens the file that is there, as a start does; nothing of an earlier one is closed, as after a crash. */
async function open(): Promise<Sequence> {
  const sequence = createSequence({ path: join(folder, 'sequence.json'), onReport: () => undefined });
  await sequence.start();
  return sequence;
}

describe('the numbers of requests', () => {
  it('grow and are given once, also to many callers at a time', async () => {
    const sequence = await open();
    const numbers = await Promise.all(Array.from({ length: 25_000 }, () => sequence.next()));
    expect(new Set(numbers).size).toBe(25_000);
    expect(Math.min(...numbers)).toBe(1);
    expect(await sequence.next()).toBe(25_001);
  });

  it('are never given twice over crashes', async () => {
    const given: number[] = [];
    for (let start = 0; start < 4; start += 1) {
      const sequence = await open();
      for (let count = 0; count < 5; count += 1) given.push(await sequence.next());
    }
    expect(new Set(given).size).toBe(given.length);
    expect([...given].sort((a, b) => a - b)).toEqual(given);
  });

  it('go on above what a device has seen, after a crash too', async () => {
    const sequence = await open();
    await sequence.next();
    await sequence.raiseAbove(5);
    expect(await sequence.next()).toBe(6);
    await sequence.raiseAbove(3);
    expect(await sequence.next()).toBe(7);
    await sequence.raiseAbove(1_000_000);
    expect(await sequence.next()).toBe(1_000_001);
    expect(await (await open()).next()).toBeGreaterThan(1_000_001);
  });

  it('are not used up by a device that claims to have seen the last one', async () => {
    const sequence = await open();
    await expect(sequence.raiseAbove(Number.MAX_SAFE_INTEGER)).rejects.toThrow(/cannot be/);
    expect(await sequence.next()).toBe(1);
  });
});
