import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMachine } from '../system/machine.ts';
import { createProcesses } from '../system/processes.ts';
import { acquireLock } from './lock.ts';

const processes = createProcesses(createMachine());
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a folder that a running process uses is refused with its pid', async () => {
  const parent = process.ppid;
  await writeFile(path, `${parent} ${processes.startTime(parent)}\n`);
  await expect(acquireLock(path, processes)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(String(parent)),
  });
});

test('a lock whose owner is gone, or whose pid now belongs to another process, is taken over', async () => {
  await writeFile(path, `${process.ppid} 1\n`);
  const lock = await acquireLock(path, processes);
  expect(await readFile(path, 'utf8')).toContain(String(process.pid));
  await lock.release();
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  await writeFile(path, 'rubbish');
  await (await acquireLock(path, processes)).release();
});
