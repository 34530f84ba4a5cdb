import './reflect-polyfill.ts';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { AppError } from '../../../contract/lib/errors.ts';
import { type CertificateWithKey, NOT_BEFORE, serialNumber } from './certificate-authority.ts';
import { exportKeyPem, generateKeys, importKeyPem, SIGNING_ALGORITHM } from './key-pair.ts';

/** What a broker's certificate stands for. Addresses are IP addresses, host names are DNS names. */
export interface ServerNames {
  siteId: string;
  hostNames: readonly string[];
  addresses: readonly string[];
}

const RENEW_BEFORE_MS = 365 * 24 * 3600 * 1000;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** The name that devices expect in the broker's certificate, whatever address they reach it by. */
export function siteServerName(siteId: string): string {
  return `site-${siteId}.muster.internal`;
}

/**
 * Issues the broker's certificate, signed by the site's authority and valid as long as it. Besides the given names
 * it always stands for the site's own name, localhost, 127.0.0.1 and ::1.
 */
export async function issueServerCertificate(
  options: { ca: CertificateWithKey } & ServerNames,
): Promise<CertificateWithKey> {
  const ca = readAuthority(options.ca.certPem);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: [{ CN: [siteServerName(options.siteId).slice(0, 64)] }],
      issuer: ca.subjectName,
      serialNumber: serialNumber(),
      notBefore: NOT_BEFORE,
      notAfter: ca.notAfter,
      publicKey: keys.publicKey,
      signingKey: await importKeyPem(options.ca.keyPem),
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
        new x509.SubjectAlternativeNameExtension([
          ...dnsNames(options).map((value) => ({ type: 'dns' as const, value })),
          ...ipAddresses(options).map((value) => ({ type: 'ip' as const, value })),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        await x509.AuthorityKeyIdentifierExtension.create(ca, false, crypto),
      ],
    },
    crypto,
  );
  return { certPem: certificate.toString('pem'), keyPem: await exportKeyPem(keys.privateKey) };
}

/**
 * True when the certificate still serves: signed by this authority, not about to expire, and standing for every
 * name and address. False means that it has to be issued again, also when it cannot be read.
 */
export function serverCertificateFits(
  options: { caPem: string; certPem: string; now?: Date } & ServerNames,
): boolean {
  const certificate = readNodeCertificate(options.certPem);
  const ca = readNodeCertificate(options.caPem);
  if (!certificate || !ca) return false;
  if (!certificate.verify(ca.publicKey)) return false;
  const now = options.now ?? new Date();
  if (certificate.validToDate.getTime() - now.getTime() < RENEW_BEFORE_MS) return false;
  return (
    dnsNames(options).every((name) => certificate.checkHost(name) !== undefined) &&
    ipAddresses(options).every((address) => certificate.checkIP(address) !== undefined)
  );
}

function dnsNames(names: ServerNames): string[] {
  const valid = names.hostNames.map((name) => name.trim().toLowerCase()).filter(isDnsName);
  return [...new Set([siteServerName(names.siteId), 'localhost', ...valid])];
}

// A machine may call itself anything ("Anna's laptop"): what is no DNS name cannot stand in a certificate.
function isDnsName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/.test(name);
}

function ipAddresses(names: ServerNames): string[] {
  // A scoped address (fe80::1%eth0) means something on this machine only.
  const valid = names.addresses.filter((address) => isIP(address) !== 0 && !address.includes('%'));
  return [...new Set(['127.0.0.1', '::1', ...valid])];
}

function readAuthority(certPem: string): x509.X509Certificate {
  try {
    return new x509.X509Certificate(certPem);
  } catch (cause) {
    throw new AppError(
      'invalid',
      'The certificate of the site’s authority cannot be read. Restore the site from a backup.',
      undefined,
      { cause },
    );
  }
}

function readNodeCertificate(certPem: string): NodeCertificate | undefined {
  try {
    return new NodeCertificate(certPem);
  } catch {
    // Unreadable is an answer here: the caller issues a new one.
    return undefined;
  }
}
