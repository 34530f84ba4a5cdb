import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ControlFile } from '../../contract/rpc/control-file.ts';
import { createControlFile, createRunToken } from './control-file.ts';

const now = (): Date => new Date('2026-11-25T08:00:00Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-control-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes address and token for this user only, and removes them', async () => {
  const token = createRunToken();
  const file = createControlFile({ folder, token, pid: 42, now });
  await file.write('ws://127.0.0.1:4711/rpc');
  const path = join(folder, 'control.json');
  expect(ControlFile.parse(JSON.parse(await readFile(path, 'utf8')))).toEqual({
    url: 'ws://127.0.0.1:4711/rpc',
    token,
    pid: 42,
    startedAt: '2026-11-25T08:00:00.000Z',
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await file.remove();
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  await file.remove();
});

it('replaces what a crash left, with its mode', async () => {
  const path = join(folder, 'control.json');
  await writeFile(path, 'half of a fi', { mode: 0o644 });
  await createControlFile({ folder, token: createRunToken(), pid: 1, now }).write('ws://127.0.0.1:1/rpc');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('leaves the file of a control centre that came later', async () => {
  const first = createControlFile({ folder, token: createRunToken(), pid: 1, now });
  await first.write('ws://127.0.0.1:1/rpc');
  await createControlFile({ folder, token: createRunToken(), pid: 2, now }).write('ws://127.0.0.1:2/rpc');
  await first.remove();
  expect(await readFile(join(folder, 'control.json'), 'utf8')).toContain(':2/rpc');
});

it('makes a token of 256 bits that fits into a subprotocol name and an address', () => {
  expect(createRunToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(createRunToken()).not.toBe(createRunToken());
});
