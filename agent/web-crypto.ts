import { webcrypto } from 'node:crypto';

// Node 18 keeps Web Crypto to itself; jose looks for it in the global scope. Imported before anything that signs.
if (globalThis.crypto === undefined) {
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto, configurable: true });
}
