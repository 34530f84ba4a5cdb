import type { SafeStorage } from 'electron';
import type { Keychain } from '../services/secrets/keychain-secret-store.ts';

/** The system's key chain through Electron. Not available where it would only scramble with a key that everybody knows. */
export function createKeychain(safeStorage: SafeStorage, platform: NodeJS.Platform): Keychain {
  return {
    async available() {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
      if (platform !== 'linux') return true;
      const backend = safeStorage.getSelectedStorageBackend();
      return backend !== 'basic_text' && backend !== 'unknown';
    },
    encrypt: (text) => safeStorage.encryptStringAsync(text),
    decrypt: async (sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed))).result,
  };
}
