import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerStatic, type StaticAnswer } from './static-files.ts';

let parent: string;
let folder: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'muster-static-'));
  folder = join(parent, 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await writeFile(join(folder, '.hidden'), 'secret');
  await writeFile(join(folder, 'index.html'), 'the page');
  await writeFile(join(folder, 'icon.svg'), '<svg/>');
  await writeFile(join(folder, 'data.bin'), 'bytes');
  await writeFile(join(folder, 'assets/index-D3_x-9aB.js'), 'script');
  await writeFile(join(folder, 'assets/inter-latin-Bz1cWkQ0.woff2'), 'font');
  await symlink(join(parent, 'secret.txt'), join(folder, 'assets/link.txt'));
});
afterAll(() => rm(parent, { recursive: true }));

const ask = (pathname: string, method = 'GET'): Promise<StaticAnswer> =>
  answerStatic(folder, { method, pathname, connectSources: [] });

it('gives the page for the root and for every path of the interface itself', async () => {
  for (const path of ['/', '', '/devices', '/jobs/01J', '/index.html']) {
    const { status, headers, body } = await ask(path);
    expect([path, status, String(body)]).toEqual([path, 200, 'the page']);
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(headers['Cache-Control']).toBe('no-cache');
  }
});

it('lets browsers keep files for ever whose name holds the hash of their content, and no others', async () => {
  expect((await ask('/assets/index-D3_x-9aB.js')).headers['Cache-Control']).toContain('immutable');
  expect((await ask('/assets/inter-latin-Bz1cWkQ0.woff2')).headers['Content-Type']).toBe('font/woff2');
  expect((await ask('/icon.svg')).headers['Cache-Control']).toBe('no-cache');
  expect((await ask('/data.bin')).headers['Content-Type']).toBe('application/octet-stream');
});

it.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/assets/link.txt',
  '/.hidden',
  '/assets/C:secret.txt',
  '/index.html%00.txt',
  '/%',
  `/${'a'.repeat(5_000)}.txt`,
  '/index.html/more.txt',
  '/assets.',
])('gives nothing for %s', async (path) => {
  const { status, body } = await ask(path);
  expect([400, 404]).toContain(status);
  expect(String(body)).not.toContain('secret');
});

it('says that a missing file is missing instead of giving the page', async () => {
  expect((await ask('/assets/gone-12345678.js')).status).toBe(404);
});

it('says what to do when the interface is not built', async () => {
  const answer = await answerStatic(join(parent, 'nowhere'), {
    method: 'GET',
    pathname: '/',
    connectSources: [],
  });
  expect(answer.status).toBe(404);
  expect(String(answer.body)).toContain('npm run build');
});

it('takes no method but GET and HEAD', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', '']) {
    expect((await ask('/', method)).status).toBe(405);
  }
});
