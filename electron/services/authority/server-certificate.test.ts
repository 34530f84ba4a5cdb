import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CertificateWithKey, createAuthority } from './certificate-authority.ts';
import { issueServerCertificate, serverCertificateFits, siteServerName } from './server-certificate.ts';

const siteId = 'k3v9x2m7q1';
const names = {
  siteId,
  hostNames: ['laptop.local', "Anna's laptop"],
  addresses: ['192.168.7.20', 'fe80::1%eth0'],
};

describe('the certificate authority of a site', () => {
  let ca: CertificateWithKey;
  let server: CertificateWithKey;

  beforeAll(async () => {
    ca = await createAuthority('Depot “north”, gate 3+4');
    server = await issueServerCertificate({ ca, ...names });
  });

  it('is an authority named after the site, valid from 2020 for 20 years more', () => {
    const certificate = new X509Certificate(ca.certPem);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toContain('Muster site Depot');
    expect(certificate.validFromDate.getTime()).toBe(Date.UTC(2020, 0, 1));
    expect(certificate.validToDate.getUTCFullYear()).toBe(new Date().getUTCFullYear() + 20);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it.each([
    ['the name of the site', { servername: siteServerName(siteId) }],
    ['localhost', { servername: 'localhost' }],
    ['the name of the machine', { servername: 'laptop.local' }],
    ['an address', {}],
  ])('lets a client that trusts it shake hands by %s', async (_what, client) => {
    expect(await shakeHands(server, { ca: ca.certPem, ...client })).toBe('authorized');
  });

  it('is refused under a foreign name, by a foreign authority and without any', async () => {
    const foreign = await createAuthority('Other');
    expect(await shakeHands(server, { ca: ca.certPem, servername: siteServerName('another1') })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await shakeHands(server, { ca: foreign.certPem, servername: siteServerName(siteId) })).not.toBe(
      'authorized',
    );
    expect(await shakeHands(server, { servername: siteServerName(siteId) })).not.toBe('authorized');
  });

  it('passes the strict check of OpenSSL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-authority-'));
    try {
      writeFileSync(join(folder, 'ca.pem'), ca.certPem);
      writeFileSync(join(folder, 'server.pem'), server.certPem);
      const files = ['-CAfile', join(folder, 'ca.pem'), join(folder, 'server.pem')];
      expect(
        execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', ...files]).toString(),
      ).toContain('OK');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps a certificate that fits and asks for a new one when something changed', async () => {
    const fits = (changes: object) =>
      serverCertificateFits({ caPem: ca.certPem, certPem: server.certPem, ...names, ...changes });
    const other = await createAuthority('Other');
    expect(fits({})).toBe(true);
    expect(fits({ addresses: [] })).toBe(true);
    expect(fits({ addresses: ['10.0.0.9'] })).toBe(false);
    expect(fits({ hostNames: ['renamed.local'] })).toBe(false);
    expect(fits({ siteId: 'another1' })).toBe(false);
    expect(fits({ caPem: other.certPem })).toBe(false);
    expect(fits({ certPem: 'damaged' })).toBe(false);
    expect(fits({ now: new Date(Date.now() + 19.5 * 365.25 * 24 * 3600 * 1000) })).toBe(false);
  });

  it('says what to do when the stored authority is damaged', async () => {
    await expect(issueServerCertificate({ ca: { ...ca, keyPem: 'x' }, ...names })).rejects.toThrow('backup');
    await expect(issueServerCertificate({ ca: { ...ca, certPem: 'x' }, ...names })).rejects.toThrow('backup');
  });
});

/** Runs a handshake over loopback and says how the client judged the server. */
async function shakeHands(
  server: CertificateWithKey,
  client: { ca?: string; servername?: string },
): Promise<string> {
  const listener = createServer({ cert: server.certPem, key: server.keyPem }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('hello');
  });
  listener.on('tlsClientError', (_error, socket) => socket.destroy());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, ...client });
  try {
    await once(socket, 'secureConnect');
    return socket.authorized ? 'authorized' : String(socket.authorizationError);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  } finally {
    socket.destroy();
    listener.close();
  }
}
