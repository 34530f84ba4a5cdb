import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { BrokerSettings } from '../../../contract/model/site.ts';
import type { Finding } from './stage.ts';

type PemSettings = Pick<BrokerSettings, 'caPem' | 'clientCertPem' | 'clientKeyPem'>;

const PEM_ADVICE =
  'Enter it as PEM text, with its BEGIN and END lines, such as the content of a .pem or .crt file.';

/**
 * Looks at certificates and key before they are used: TLS silently leaves out a CA certificate that it cannot read.
 * Returns the first problem, or undefined.
 */
export function checkPem({ caPem, clientCertPem, clientKeyPem }: PemSettings): Finding | undefined {
  if (caPem !== undefined && !readCertificates(caPem)) {
    return { detail: 'The CA certificate that was entered cannot be read.', advice: PEM_ADVICE };
  }
  if ((clientCertPem === undefined) !== (clientKeyPem === undefined)) {
    const missing = clientCertPem === undefined ? 'certificate' : 'private key';
    return {
      detail: `The client ${missing} is missing.`,
      advice: 'Enter both, client certificate and private key, or neither.',
    };
  }
  if (clientCertPem === undefined || clientKeyPem === undefined) return undefined;
  const certificate = readCertificates(clientCertPem)?.[0];
  if (!certificate)
    return { detail: 'The client certificate that was entered cannot be read.', advice: PEM_ADVICE };
  if (/ENCRYPTED/.test(clientKeyPem)) {
    return {
      detail: 'The private key of the client certificate is protected by a password.',
      advice: 'Enter it without: “openssl pkey -in key.pem -out plain.pem” takes the password off.',
    };
  }
  const key = readKey(clientKeyPem);
  if (!key)
    return { detail: 'The private key of the client certificate cannot be read.', advice: PEM_ADVICE };
  if (!certificate.checkPrivateKey(key)) {
    return {
      detail: 'The client certificate and the private key that were entered do not belong together.',
      advice: 'Enter the key that the certificate was made for.',
    };
  }
  return undefined;
}

function readCertificates(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (!blocks) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    // Unreadable is the answer.
    return undefined;
  }
}

function readKey(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // Unreadable is the answer.
    return undefined;
  }
}
