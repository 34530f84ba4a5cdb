import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';

const Base64 = z.base64();

/** Parameters of scrypt; the bounds keep a changed file from asking for all the memory there is. */
export const KeyDerivation = z.object({
  algorithm: z.literal('scrypt'),
  salt: Base64.max(100),
  cost: z
    .number()
    .int()
    .min(1024)
    .max(2 ** 20),
  blockSize: z.number().int().min(1).max(16),
  parallelization: z.number().int().min(1).max(16),
});
export type KeyDerivation = z.infer<typeof KeyDerivation>;

/** AES-256-GCM. */
export const SealedText = z.object({ iv: Base64.max(40), tag: Base64.max(40), text: Base64.max(400_000) });
export type SealedText = z.infer<typeof SealedText>;

/** 64 MiB and about 0.2 s for each guess. */
export function newKeyDerivation(): KeyDerivation {
  return {
    algorithm: 'scrypt',
    salt: randomBytes(16).toString('base64'),
    cost: 2 ** 16,
    blockSize: 8,
    parallelization: 1,
  };
}

/** 32 bytes. */
export function deriveKey(passphrase: string, derivation: KeyDerivation): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt } = derivation;
  // scrypt itself needs 128 · N · r bytes and refuses to run with exactly that as its limit.
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 128 * cost * blockSize + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // NFKC: the same passphrase typed on another keyboard layout or system must give the same bytes.
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** `context` is bound to the text, so that one entry cannot stand in for another. */
export function seal(key: Buffer, context: string, text: string): SealedText {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: sealed.toString('base64'),
  };
}

/** Throws `denied` when the key, the context or the text is not the one that was sealed. */
export function unseal(key: Buffer, context: string, sealed: SealedText): string {
  try {
    // A shorter tag would be accepted otherwise, and could be guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.text, 'base64')), decipher.final()]).toString(
      'utf8',
    );
  } catch (error) {
    throw new AppError('denied', 'A stored secret cannot be decrypted with this passphrase.', undefined, {
      cause: error,
    });
  }
}
