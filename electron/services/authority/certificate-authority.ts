import './reflect-polyfill.ts';
import * as x509 from '@peculiar/x509';
import { exportKeyPem, generateKeys, SIGNING_ALGORITHM } from './key-pair.ts';

/** A certificate and its private key (PKCS #8), both as PEM text. The key is a secret. */
export interface CertificateWithKey {
  certPem: string;
  keyPem: string;
}

/**
 * Every certificate is valid from here on. A Raspberry Pi without a network wakes up with the time of its last
 * shutdown or of its image, so a certificate that starts "now" would be refused as not yet valid.
 */
export const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');

const AUTHORITY_YEARS = 20;

/**
 * Creates a site's own certificate authority (ECDSA P-256), valid from 2020 until 20 years from `now`.
 * It may sign server certificates only: its path length is 0.
 */
export async function createAuthority(siteName: string, now: Date = new Date()): Promise<CertificateWithKey> {
  const keys = await generateKeys();
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + AUTHORITY_YEARS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // As structured data, not as text: a site name may hold commas, quotes and plus signs.
      name: [{ CN: [`Muster site ${siteName}`.slice(0, 64)] }],
      serialNumber: serialNumber(),
      notBefore: NOT_BEFORE,
      notAfter,
      keys,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return { certPem: certificate.toString('pem'), keyPem: await exportKeyPem(keys.privateKey) };
}

/** A random positive serial number of 128 bits, in hexadecimal (RFC 5280 4.1.2.2 allows up to 20 bytes). */
export function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // The first byte stays within 01..7F: positive, and no leading zero to be dropped.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
