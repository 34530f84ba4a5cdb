import { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { MenuItemConstructorOptions, SafeStorage, utilityProcess } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStartAgent } from './agent-process.ts';
import { createKeychain } from './keychain.ts';
import { menuTemplate, trayTemplate } from './menu.ts';
import { APP_SCHEME, serveApp } from './protocol.ts';
import { hasUpdateSource } from './updater.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-shell-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('serves the bundle under its own scheme with a policy that lets the page connect nowhere', async () => {
  await writeFile(join(folder, 'index.html'), 'the page');
  const handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  serveApp({ handle: (scheme, handler) => handlers.set(scheme, handler) }, folder);
  const ask = (url: string, method = 'GET') => handlers.get('app')?.({ url, method } as Request);
  const page = await ask('app://muster/devices/1');
  expect(await page?.text()).toBe('the page');
  const policy = page?.headers.get('Content-Security-Policy');
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("connect-src 'self';");
  expect((await ask('app://other/'))?.status).toBe(404);
  expect((await ask('app://muster/..%2f..%2fetc%2fpasswd'))?.status).toBe(400);
  expect((await ask('app://muster/', 'POST'))?.status).toBe(405);
  expect(await (await ask('app://muster/', 'HEAD'))?.text()).toBe('');
});

it('has a scheme that is as strict as https and bypasses no policy', () => {
  expect(APP_SCHEME).toEqual({
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  });
});

const safeStorage = (backend: string, isAvailable = true): SafeStorage =>
  ({
    isAsyncEncryptionAvailable: async () => isAvailable,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text: string) => Buffer.from(text).reverse(),
    decryptStringAsync: async (sealed: Buffer) => ({
      result: Buffer.from(sealed).reverse().toString(),
      shouldReEncrypt: false,
    }),
  }) as unknown as SafeStorage;

it.each<[NodeJS.Platform, string, boolean, boolean]>([
  ['linux', 'gnome_libsecret', true, true],
  ['linux', 'kwallet6', true, true],
  ['linux', 'basic_text', true, false],
  ['linux', 'unknown', true, false],
  ['linux', 'gnome_libsecret', false, false],
  ['darwin', '', true, true],
])('on %s with %s (%s) says of the key chain: %s', async (platform, backend, isAvailable, expected) => {
  expect(await createKeychain(safeStorage(backend, isAvailable), platform).available()).toBe(expected);
});

it('gives back what it encrypted', async () => {
  const keychain = createKeychain(safeStorage('kwallet6'), 'linux');
  const sealed = await keychain.encrypt('secret');
  expect(Buffer.from(sealed).toString()).not.toContain('secret');
  expect(await keychain.decrypt(new Uint8Array(sealed))).toBe('secret');
});

it('looks for updates only where the packed program says where', async () => {
  expect(hasUpdateSource(true, folder)).toBe(false);
  await writeFile(join(folder, 'app-update.yml'), '');
  expect(hasUpdateSource(true, folder)).toBe(true);
  expect(hasUpdateSource(false, folder)).toBe(false);
});

const flatten = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);

it('has a menu in which every item does something', () => {
  const done: string[] = [];
  const actions = {
    openDataFolder: () => done.push('data'),
    openInBrowser: () => done.push('browser'),
    checkForUpdates: () => done.push('updates'),
  };
  const items = flatten(menuTemplate(actions, { isMac: false, isPackaged: true }));
  for (const item of items) {
    expect(item.role ?? item.click ?? item.submenu ?? item.type, item.label).toBeDefined();
    (item.click as (() => void) | undefined)?.();
  }
  expect(done).toEqual(['browser', 'data', 'updates']);
  expect(items.some(({ role }) => role === 'toggleDevTools')).toBe(false);
  const development = flatten(
    menuTemplate({ ...actions, checkForUpdates: undefined }, { isMac: true, isPackaged: false }),
  );
  expect(development.some(({ role }) => role === 'toggleDevTools')).toBe(true);
  expect(development.some(({ label }) => label?.includes('Updates'))).toBe(false);
  expect(
    trayTemplate(
      () => undefined,
      () => undefined,
    ).map(({ label }) => label),
  ).toEqual(['Show Muster', undefined, 'Quit']);
});

it('runs demo agents in utility processes and keeps what they print', async () => {
  const child = Object.assign(new EventEmitter(), {
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    kill: () => child.emit('exit', 15),
  });
  const forked: unknown[] = [];
  const fake = {
    fork: (...args: unknown[]) => {
      forked.push(args);
      return child;
    },
  } as unknown as typeof utilityProcess;
  await mkdir(join(folder, 'data'));
  const agent = createStartAgent(
    fake,
    '/app/muster-agent.cjs',
    join(folder, 'data'),
  )(['run', '--demo', '--attended']);
  expect(forked).toEqual([
    ['/app/muster-agent.cjs', ['run', '--demo'], { stdio: 'pipe', serviceName: 'Muster demo agent' }],
  ]);
  child.stdout.write('hello\n');
  await expect
    .poll(() => readFile(join(folder, 'data/demo-agents.log'), 'utf8').catch(() => ''))
    .toBe('hello\n');
  agent.kill();
  expect(await agent.exited).toBe(15);
});
