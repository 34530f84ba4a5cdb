import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataFolderOwner, lockDataFolder } from './data-folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'muster-lock-')), 'data');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const MODULE = fileURLToPath(new URL('./data-folder-lock.ts', import.meta.url));
const HOLD = `
  const { lockDataFolder } = await import(${JSON.stringify(MODULE)});
  try { lockDataFolder(process.argv[1]); } catch (error) { console.log(error.code, error.message); process.exit(); }
  console.log('locked'); setInterval(() => {}, 1000);
`;

/** A process that tries to take the folder and keeps it; `said` is its first line. */
async function startHolder(): Promise<{ pid: number; said: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [chunk] = await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    said: String(chunk).trim(),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('a folder in use is refused with the number of the process that has it', async () => {
  const holder = await startHolder();
  try {
    expect(holder.said).toBe('locked');
    expect(dataFolderOwner(folder)).toBe(holder.pid);
    expect(() => lockDataFolder(folder)).toThrow(`process ${holder.pid}`);
    expect(() => lockDataFolder(folder)).toThrow(expect.objectContaining({ code: 'conflict' }));
  } finally {
    await holder.kill();
  }
});

test('a folder whose holder was killed can be taken at once', async () => {
  const holder = await startHolder();
  await holder.kill();
  expect(existsSync(join(folder, 'muster.pid'))).toBe(true);
  expect(dataFolderOwner(folder)).toBeUndefined();
  const lock = lockDataFolder(folder);
  expect(dataFolderOwner(folder)).toBe(process.pid);
  lock.release();
});

test('a number that now belongs to another process names nobody', () => {
  lockDataFolder(folder).release();
  writeFileSync(join(folder, 'muster.pid'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
  expect(dataFolderOwner(folder)).toBeUndefined();
  writeFileSync(join(folder, 'muster.pid'), '{"pid":');
  expect(dataFolderOwner(folder)).toBeUndefined();
  lockDataFolder(folder).release();
});

test('the lock also holds within one process, and release lets go of it', () => {
  const lock = lockDataFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(() => lockDataFolder(folder)).toThrow(/already uses/);
  lock.release();
  lock.release();
  lockDataFolder(folder).release();
});

test('of many that start at once exactly one gets the folder', async () => {
  const holders = await Promise.all(Array.from({ length: 6 }, startHolder));
  try {
    expect(holders.filter((holder) => holder.said === 'locked')).toHaveLength(1);
    expect(holders.filter((holder) => holder.said.startsWith('conflict'))).toHaveLength(5);
  } finally {
    await Promise.all(holders.map((holder) => holder.kill()));
  }
});

test('a folder that cannot be made gives a sentence that names it', () => {
  writeFileSync(join(folder, '..', 'file'), '');
  const below = join(folder, '..', 'file', 'data');
  expect(() => lockDataFolder(below)).toThrow(below);
});
