import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OnStorageReport } from '../storage/report.ts';
import { createFileSecretStore } from './file-secret-store.ts';
import { createKeychainSecretStore, type Keychain } from './keychain-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

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
  const sealed = join(dataFolder, 'keychain-secrets.json');
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
