import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesktopSecretStore, refuseKeychainFolder } from './desktop-secret-store.ts';
import { createFileSecretStore } from './file-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'muster-secrets-'));
});
afterEach(() => rm(dataFolder, { recursive: true }));

const onReport = (): void => undefined;
const store = (isAvailable: boolean, passphrase?: string): SecretStore =>
  createDesktopSecretStore({
    dataFolder,
    passphrase,
    onReport,
    keychain: {
      available: () => isAvailable,
      encrypt: (text) => Buffer.from(text).reverse(),
      decrypt: (sealed) => Buffer.from(sealed).reverse().toString(),
    },
  });

async function use(secrets: SecretStore, act: (secrets: SecretStore) => Promise<void>): Promise<void> {
  await secrets.start();
  await act(secrets);
  await secrets.stop();
}

it('keeps secrets with the key chain where there is one', async () => {
  await use(store(true), (secrets) => secrets.set('operator', 'key'));
  expect(existsSync(join(dataFolder, 'secrets.json'))).toBe(false);
  await use(store(true), async (secrets) => expect(await secrets.get('operator')).toBe('key'));
});

it('refuses to start without the key chain that holds the secrets, instead of losing them', async () => {
  await use(store(true), (secrets) => secrets.set('operator', 'key'));
  await expect(store(false).start()).rejects.toMatchObject({ code: 'unsupported' });
});

it('keeps a headless control centre away from a folder whose secrets it could not see', async () => {
  refuseKeychainFolder(dataFolder);
  await use(store(true), (secrets) => secrets.set('operator', 'key'));
  expect(() => refuseKeychainFolder(dataFolder)).toThrow('key chain');
});

it('uses a file where there is no key chain, and stays with it', async () => {
  await use(store(false), (secrets) => secrets.set('operator', 'key'));
  await use(store(true), async (secrets) => expect(await secrets.get('operator')).toBe('key'));
});

it('opens the secrets of a headless control centre, also with a passphrase', async () => {
  const headless = createFileSecretStore({
    path: join(dataFolder, 'secrets.json'),
    passphrase: 'long words',
    onReport,
  });
  await use(headless, (secrets) => secrets.set('operator', 'key'));
  await use(store(true, 'long words'), async (secrets) => expect(await secrets.get('operator')).toBe('key'));
  await expect(store(true).start()).rejects.toMatchObject({ code: 'denied' });
});
