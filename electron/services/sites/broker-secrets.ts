import { z } from 'zod';
import type { BrokerSettings } from '../../../contract/model/site.ts';
import { type PrivateKey, PrivateKey as PrivateKeySchema } from '../../../contract/wire/documents.ts';
import type { CertificateWithKey } from '../authority/certificate-authority.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { BrokerSecrets } from './stored-site.ts';

const Certificate = z.object({ certPem: z.string(), keyPem: z.string() });

/** The secrets of one site, by what they are for. */
export interface SiteSecrets {
  siteKey(): Promise<PrivateKey | undefined>;
  setSiteKey(key: PrivateKey): Promise<void>;
  authority(): Promise<CertificateWithKey | undefined>;
  setAuthority(authority: CertificateWithKey): Promise<void>;
  serverCertificate(): Promise<CertificateWithKey | undefined>;
  setServerCertificate(certificate: CertificateWithKey): Promise<void>;
  broker(): Promise<BrokerSecrets>;
  setBroker(secrets: BrokerSecrets): Promise<void>;
  removeAll(): Promise<void>;
}

export function createSiteSecrets(secrets: SecretStore, siteId: string): SiteSecrets {
  const name = (part: string): string => `site/${siteId}/${part}`;
  async function read<T>(part: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await secrets.get(name(part));
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  }
  const write = (part: string, value: object): Promise<void> =>
    secrets.set(name(part), JSON.stringify(value));
  return {
    siteKey: () => read('key', PrivateKeySchema),
    setSiteKey: (key) => write('key', key),
    authority: () => read('authority', Certificate),
    setAuthority: (authority) => write('authority', authority),
    serverCertificate: () => read('server-certificate', Certificate),
    setServerCertificate: (certificate) => write('server-certificate', certificate),
    broker: async () => (await read('broker', BrokerSecrets)) ?? {},
    setBroker: (value) => write('broker', value),
    async removeAll() {
      for (const part of ['key', 'authority', 'server-certificate', 'broker'])
        await secrets.delete(name(part));
    },
  };
}

/** What of a broker's settings is stored for everyone to see. */
export function publicPart({
  password: _password,
  devicePassword: _device,
  clientKeyPem: _key,
  ...settings
}: BrokerSettings) {
  return settings;
}

/** What of a broker's settings only the secret store holds. */
export function secretPart({ password, devicePassword, clientKeyPem }: BrokerSettings): BrokerSecrets {
  return { password, devicePassword, clientKeyPem };
}
