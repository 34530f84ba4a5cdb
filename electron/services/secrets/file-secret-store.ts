import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Files } from '../storage/files.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { deriveKey, KeyDerivation, newKeyDerivation, SealedText, seal, unseal } from './passphrase-cipher.ts';
import { checkSecret, SecretName, type SecretStore } from './secret-store.ts';

// The file says itself how it is protected, so that whoever reads or copies it knows what it is worth.
const PlainFile = z.object({
  protection: z.literal('file-mode'),
  note: z.string(),
  secrets: z.record(SecretName, z.string()),
});
const SealedFile = z.object({
  protection: z.literal('passphrase'),
  derivation: KeyDerivation,
  /** A known text, which tells a wrong passphrase before any secret is needed. */
  check: SealedText,
  secrets: z.record(SecretName, SealedText),
});
const SecretFile = z.discriminatedUnion('protection', [PlainFile, SealedFile]);
type SecretFile = z.infer<typeof SecretFile>;

const CHECK_CONTEXT = 'muster secret file';
const PLAIN_NOTE =
  'Not encrypted: protected only by the rights of this file. Start Muster with a passphrase to encrypt it.';

export interface FileSecretStoreOptions {
  path: string;
  /** Encrypts the file; without one it is protected by its mode 0600 only. */
  passphrase?: string;
  onReport: OnStorageReport;
  files?: Files;
}

/** Secrets in a file of mode 0600, for hosts without a key chain. A file that is not yet encrypted becomes so. */
export function createFileSecretStore(options: FileSecretStoreOptions): SecretStore {
  const { path, passphrase, onReport, files } = options;
  const store = createJsonStore<{ file: SecretFile }>({
    path,
    schema: z.object({ file: SecretFile }),
    version: 1,
    defaults: { file: { protection: 'file-mode', note: PLAIN_NOTE, secrets: {} } },
    mode: 0o600,
    onReport,
    ...(files ? { files } : {}),
  });
  let key: Buffer | undefined;

  const unlock = async (text: string | undefined, file: z.infer<typeof SealedFile>): Promise<void> => {
    if (!text) {
      throw new AppError(
        'denied',
        `The secrets in ${path} are encrypted. Start Muster with the passphrase they were encrypted with.`,
      );
    }
    const candidate = await deriveKey(text, file.derivation);
    try {
      unseal(candidate, CHECK_CONTEXT, file.check);
    } catch (error) {
      throw new AppError(
        'denied',
        `The passphrase does not open ${path}. Type the one that it was encrypted with; without it the secrets in it cannot be read.`,
        undefined,
        { cause: error },
      );
    }
    key = candidate;
  };

  const encryptFile = async (text: string, plain: z.infer<typeof PlainFile>): Promise<void> => {
    const derivation = newKeyDerivation();
    const fresh = await deriveKey(text, derivation);
    const secrets = Object.entries(plain.secrets).map(
      ([name, value]) => [name, seal(fresh, name, value)] as const,
    );
    await store.update((draft) => {
      draft.file = {
        protection: 'passphrase',
        derivation,
        check: seal(fresh, CHECK_CONTEXT, CHECK_CONTEXT),
        secrets: Object.fromEntries(secrets),
      };
    });
    key = fresh;
  };

  const sealingKey = (): Buffer => {
    if (!key) throw new AppError('cancelled', 'The secret store is closed.');
    return key;
  };

  return {
    name: 'secrets',
    async start() {
      await store.start();
      const { file } = store.data;
      try {
        if (file.protection === 'passphrase') await unlock(passphrase, file);
        else if (passphrase) await encryptFile(passphrase, file);
      } catch (error) {
        await store.stop();
        throw error;
      }
    },
    async stop() {
      await store.stop();
      key?.fill(0);
      key = undefined;
    },
    async get(name) {
      checkSecret(name);
      const { file } = store.data;
      if (!Object.hasOwn(file.secrets, name)) return undefined;
      if (file.protection === 'file-mode') return file.secrets[name];
      const sealed = file.secrets[name];
      return sealed && unseal(sealingKey(), name, sealed);
    },
    async set(name, value) {
      checkSecret(name, value);
      await store.update(({ file }) => {
        if (file.protection === 'file-mode') file.secrets[name] = value;
        else file.secrets[name] = seal(sealingKey(), name, value);
      });
    },
    async delete(name) {
      checkSecret(name);
      await store.update(({ file }) => {
        delete file.secrets[name];
      });
    },
  };
}
