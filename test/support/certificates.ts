import '../../electron/services/authority/reflect-polyfill.ts';
import * as x509 from '@peculiar/x509';
import {
  type CertificateWithKey,
  serialNumber,
} from '../../electron/services/authority/certificate-authority.ts';
import {
  exportKeyPem,
  generateKeys,
  importKeyPem,
  SIGNING_ALGORITHM,
} from '../../electron/services/authority/key-pair.ts';

const EXTENDED_KEY_USAGE = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** Issues a certificate for tests: for a client, or for a server with names and times that are wrong on purpose. */
export async function issueTestLeaf(options: {
  ca: CertificateWithKey;
  commonName: string;
  usage: 'server' | 'client';
  dnsNames?: string[];
  notBefore?: Date;
  notAfter?: Date;
}): Promise<CertificateWithKey> {
  const ca = new x509.X509Certificate(options.ca.certPem);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: [{ CN: [options.commonName] }],
      issuer: ca.subjectName,
      serialNumber: serialNumber(),
      notBefore: options.notBefore ?? new Date('2020-01-01T00:00:00Z'),
      notAfter: options.notAfter ?? new Date('2045-01-01T00:00:00Z'),
      publicKey: keys.publicKey,
      signingKey: await importKeyPem(options.ca.keyPem),
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([EXTENDED_KEY_USAGE[options.usage]]),
        new x509.SubjectAlternativeNameExtension(
          (options.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
        ),
      ],
    },
    crypto,
  );
  return { certPem: certificate.toString('pem'), keyPem: await exportKeyPem(keys.privateKey) };
}
