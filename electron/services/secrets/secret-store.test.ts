import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileSecretStore } from './file-secret-store.ts';
import { createKeychainSecretStore, type Keychain } from './keychain-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

const SECRET = 'correct horse battery staple';
let folder: string;
let path: string;
let reports: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-secrets-'));
  path = join(folder, 'secrets.json');
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onReport = (report: { message: string }): void => {
  reports.push(report.message);
};

async function openFile(passphrase?: string): Promise<SecretStore> {
  const store = createFileSecretStore({
    path,
    onReport,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  await store.start();
  return store;
}

function allBytes(): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}

/** A key chain that really encrypts, with a key of its own. */
function newKeychain(): Keychain {
  const key = randomBytes(32);
  return {
    available: () => true,
    encrypt(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
    },
  };
}

const ways: Record<string, () => () => Promise<SecretStore>> = {
  'a file without passphrase': () => () => openFile(),
  'a file with a passphrase': () => () => openFile('open sesame'),
  'a key chain': () => {
    const keychain = newKeychain();
    return async () => {
      const store = createKeychainSecretStore({ path, keychain, onReport });
      await store.start();
      return store;
    };
  },
};

describe.each(Object.entries(ways))('secrets in %s', (_name, makeOpen) => {
  test('are kept, replaced and deleted', async () => {
    const open = makeOpen();
    const store = await open();
    await store.set('site/1/broker-password', SECRET);
    await store.set('empty', '');
    await store.set('operator-key', 'älter');
    await store.set('operator-key', 'Schlüssel 🔑');
    await store.set('gone', 'x');
    await store.delete('gone');
    await store.delete('never-there');
    await store.stop();
    const again = await open();
    expect(await again.get('site/1/broker-password')).toBe(SECRET);
    expect(await again.get('empty')).toBe('');
    expect(await again.get('operator-key')).toBe('Schlüssel 🔑');
    expect(await again.get('gone')).toBeUndefined();
    expect(await again.get('constructor')).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.bak`).mode & 0o777).toBe(0o600);
    await again.stop();
  });

  test('are refused with a bad name or when far too long, without repeating the value', async () => {
    const store = await makeOpen()();
    await expect(store.set('../up', SECRET)).rejects.toMatchObject({ code: 'invalid' });
    const long = store.set('long', SECRET.repeat(5000));
    await expect(long).rejects.toMatchObject({
      code: 'too-large',
      message: expect.not.stringContaining(SECRET),
    });
  });
});

test('a file with a passphrase holds no secret in clear, and says how it is protected', async () => {
  const store = await openFile('open sesame');
  await store.set('operator-key', SECRET);
  expect(allBytes()).not.toContain(SECRET);
  expect(allBytes()).toContain('"protection":"passphrase"');
});

test('a file without passphrase says so in its header', async () => {
  const store = await openFile();
  await store.set('operator-key', SECRET);
  expect(readFileSync(path, 'utf8')).toContain('"protection":"file-mode"');
});

test('a wrong or missing passphrase is denied with a sentence', async () => {
  const store = await openFile('open sesame');
  await store.set('operator-key', SECRET);
  await store.stop();
  await expect(openFile('open barley')).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('passphrase does not open'),
  });
  await expect(openFile()).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('encrypted'),
  });
  expect(await (await openFile('open sesame')).get('operator-key')).toBe(SECRET);
  expect(reports).toEqual([]);
});

test('giving a passphrase for the first time encrypts what was there, in the backup too', async () => {
  const plain = await openFile();
  await plain.set('operator-key', SECRET);
  await plain.stop();
  expect(allBytes()).toContain(SECRET);
  const sealed = await openFile('open sesame');
  expect(await sealed.get('operator-key')).toBe(SECRET);
  expect(allBytes()).not.toContain(SECRET);
});

test('one secret moved into the place of another is denied', async () => {
  const store = await openFile('open sesame');
  await store.set('low', 'nothing special');
  await store.set('high', SECRET);
  await store.stop();
  const text = JSON.parse(readFileSync(path, 'utf8'));
  text.data.file.secrets.low = text.data.file.secrets.high;
  delete text.sha256;
  writeFileSync(path, JSON.stringify(text));
  await expect((await openFile('open sesame')).get('low')).rejects.toMatchObject({ code: 'denied' });
});

test('a key chain that is not there, or is another one, gives a sentence', async () => {
  const newStore = (keychain: Keychain) => createKeychainSecretStore({ path, keychain, onReport });
  const absent = newStore({ ...newKeychain(), available: () => false });
  await expect(absent.start()).rejects.toMatchObject({ code: 'unsupported' });
  const first = newStore(newKeychain());
  await first.start();
  await first.set('operator-key', SECRET);
  expect(allBytes()).not.toContain(SECRET);
  await first.stop();
  const second = newStore(newKeychain());
  await second.start();
  await expect(second.get('operator-key')).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('operator-key'),
  });
});
