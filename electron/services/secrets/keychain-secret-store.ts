import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Files } from '../storage/files.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { checkSecret, SecretName, type SecretStore } from './secret-store.ts';

/** The operating system's key chain, such as Electron's `safeStorage`, which the shell hands in. */
export interface Keychain {
  /** Whether texts are really encrypted with a key that the system keeps. */
  available(): boolean | Promise<boolean>;
  encrypt(text: string): Uint8Array | Promise<Uint8Array>;
  decrypt(sealed: Uint8Array): string | Promise<string>;
}

const KeychainFile = z.object({
  protection: z.literal('keychain'),
  /** Base64 of what the key chain made of each secret. */
  secrets: z.record(SecretName, z.base64().max(400_000)),
});
type KeychainFile = z.infer<typeof KeychainFile>;

export interface KeychainSecretStoreOptions {
  path: string;
  keychain: Keychain;
  onReport: OnStorageReport;
  files?: Files;
}

/** Secrets encrypted by the key chain of this user account. `start` throws `unsupported` when there is none. */
export function createKeychainSecretStore(options: KeychainSecretStoreOptions): SecretStore {
  const { path, keychain, onReport, files } = options;
  const store = createJsonStore<KeychainFile>({
    path,
    schema: KeychainFile,
    version: 1,
    defaults: { protection: 'keychain', secrets: {} },
    mode: 0o600,
    onReport,
    ...(files ? { files } : {}),
  });

  const decrypt = async (name: string, sealed: string): Promise<string> => {
    try {
      return await keychain.decrypt(Buffer.from(sealed, 'base64'));
    } catch (error) {
      throw new AppError(
        'denied',
        `The key chain of this user account cannot decrypt “${name}” in ${path}: it was stored under another account or key chain. Unlock that key chain, or enter this secret again.`,
        { name },
        { cause: error },
      );
    }
  };

  return {
    name: 'secrets',
    async start() {
      if (!(await keychain.available())) {
        throw new AppError(
          'unsupported',
          'This user account has no key chain that can encrypt secrets. Unlock or install one (on Linux GNOME Keyring or KWallet), or start Muster with a passphrase.',
        );
      }
      await store.start();
    },
    stop: () => store.stop(),
    async get(name) {
      checkSecret(name);
      const { secrets } = store.data;
      const sealed = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      return sealed === undefined ? undefined : decrypt(name, sealed);
    },
    async set(name, value) {
      checkSecret(name, value);
      const sealed = Buffer.from(await keychain.encrypt(value)).toString('base64');
      await store.update((draft) => {
        draft.secrets[name] = sealed;
      });
    },
    async delete(name) {
      checkSecret(name);
      await store.update((draft) => {
        delete draft.secrets[name];
      });
    },
  };
}
