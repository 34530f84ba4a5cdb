import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAuthority } from '../authority/certificate-authority.ts';
import { checkPem } from './pem-check.ts';

const one = await createAuthority('One');
const two = await createAuthority('Two');
const { privateKey: locked } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
});
const garbage = '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----';

it('finds nothing wrong with good certificates, bundles included', () => {
  expect(checkPem({})).toBeUndefined();
  expect(checkPem({ caPem: `${one.certPem}\n# comment\n${two.certPem}` })).toBeUndefined();
  expect(checkPem({ clientCertPem: one.certPem, clientKeyPem: one.keyPem })).toBeUndefined();
});

it.each([
  [{ caPem: garbage }, 'CA certificate that was entered cannot be read'],
  [{ caPem: one.keyPem }, 'CA certificate that was entered cannot be read'],
  [{ clientCertPem: one.certPem }, 'private key is missing'],
  [{ clientKeyPem: one.keyPem }, 'certificate is missing'],
  [
    { clientCertPem: garbage, clientKeyPem: one.keyPem },
    'client certificate that was entered cannot be read',
  ],
  [
    { clientCertPem: one.certPem, clientKeyPem: garbage },
    'private key of the client certificate cannot be read',
  ],
  [{ clientCertPem: one.certPem, clientKeyPem: locked }, 'protected by a password'],
  [{ clientCertPem: one.certPem, clientKeyPem: two.keyPem }, 'do not belong together'],
])('names the text that is wrong (%#)', (settings, text) => {
  expect(checkPem(settings)?.detail).toContain(text);
  expect(checkPem(settings)?.advice).not.toBe('');
});
