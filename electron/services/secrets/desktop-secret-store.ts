import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { createFileSecretStore } from './file-secret-store.ts';
import { createKeychainSecretStore, type Keychain } from './keychain-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

const KEYCHAIN_FILE = 'keychain-secrets.json';

/** Throws `conflict` where only the desktop program can read the secrets: without them it would seem that there are none. */
export function refuseKeychainFolder(dataFolder: string): void {
  if (!existsSync(join(dataFolder, KEYCHAIN_FILE))) return;
  throw new AppError(
    'conflict',
    `The secrets in ${dataFolder} are locked with this account’s key chain, which only the desktop program can open. ` +
      'Start Muster with its window, or use another folder with --data.',
  );
}

/**
 * Secrets go to the key chain, except where the data folder came from a headless control centre, a passphrase is
 * given, or there is no key chain; then to the same file as there. Once chosen it stays: a key chain that is locked
 * today must not look like one that lost everything.
 */
export function createDesktopSecretStore(options: {
  dataFolder: string;
  keychain: Keychain;
  passphrase: string | undefined;
  onReport: OnStorageReport;
}): SecretStore {
  const { dataFolder, keychain, passphrase, onReport } = options;
  const file = join(dataFolder, 'secrets.json');
  const sealed = join(dataFolder, KEYCHAIN_FILE);
  let chosen: SecretStore | undefined;
  const store = (): SecretStore => {
    if (!chosen) throw new Error('The secret store is used before it is started.');
    return chosen;
  };
  const prefersKeychain = async (): Promise<boolean> => {
    if (existsSync(sealed)) return true;
    if (existsSync(file) || passphrase !== undefined) return false;
    return keychain.available();
  };
  return {
    name: 'secrets',
    async start() {
      chosen = (await prefersKeychain())
        ? createKeychainSecretStore({ path: sealed, keychain, onReport })
        : createFileSecretStore({
            path: file,
            onReport,
            ...(passphrase === undefined ? {} : { passphrase }),
          });
      await chosen.start();
    },
    stop: () => chosen?.stop(),
    get: (name) => store().get(name),
    set: (name, value) => store().set(name, value),
    delete: (name) => store().delete(name),
  };
}
