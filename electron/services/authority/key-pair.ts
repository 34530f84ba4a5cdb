import './reflect-polyfill.ts';
import { createPrivateKey } from 'node:crypto';
import { AppError } from '../../../contract/lib/errors.ts';

/** ECDSA over P-256 with SHA-256: small, and known to OpenSSL, BoringSSL and every TLS library on a device. */
export const SIGNING_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A new key pair for a certificate. */
export async function generateKeys() {
  return await crypto.subtle.generateKey(SIGNING_ALGORITHM, true, ['sign', 'verify']);
}

// Inferred, because the name of this type differs between Node and the DOM, and tests know both.
type PrivateKey = Awaited<ReturnType<typeof generateKeys>>['privateKey'];

/** The private key as PKCS #8 PEM text. */
export async function exportKeyPem(key: PrivateKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** Reads what `exportKeyPem` wrote; throws `invalid` for anything that is not a P-256 key. */
export async function importKeyPem(keyPem: string): Promise<PrivateKey> {
  try {
    const der = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
    return await crypto.subtle.importKey('pkcs8', der, SIGNING_ALGORITHM, true, ['sign']);
  } catch (cause) {
    throw new AppError(
      'invalid',
      'The private key of the site’s certificate authority cannot be read. Restore the site from a backup.',
      undefined,
      { cause },
    );
  }
}
