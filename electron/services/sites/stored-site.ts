import { z } from 'zod';
import { Timestamp } from '../../../contract/lib/time.ts';
import { PublicKey } from '../../../contract/model/inventory.ts';
import { BrokerSettings, EmbeddedBrokerSettings, SiteId, SiteName } from '../../../contract/model/site.ts';

/** Broker settings without what is secret; that lies in the secret store under `site/<id>/broker`. */
export const PublicBrokerSettings = BrokerSettings.omit({
  password: true,
  devicePassword: true,
  clientKeyPem: true,
});
export type PublicBrokerSettings = z.infer<typeof PublicBrokerSettings>;

/** The secret part of broker settings. */
export const BrokerSecrets = BrokerSettings.pick({
  password: true,
  devicePassword: true,
  clientKeyPem: true,
});
export type BrokerSecrets = z.infer<typeof BrokerSecrets>;

/** A site as it is stored. */
export const StoredSite = z.object({
  id: SiteId,
  name: SiteName,
  createdAt: Timestamp,
  demo: z.boolean(),
  /** Whether it is to be connected at start. */
  connect: z.boolean(),
  publicKey: PublicKey,
  /** The last trust document: its version, and whom it lets command. */
  trust: z.object({ version: z.number().int().min(1), publicKey: PublicKey, name: z.string().max(64) }),
  broker: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('embedded'), settings: EmbeddedBrokerSettings }),
    z.object({ kind: z.literal('external'), settings: PublicBrokerSettings }),
  ]),
});
export type StoredSite = z.infer<typeof StoredSite>;

export const StoredSites = z.object({ sites: z.array(StoredSite).max(200) });
export type StoredSites = z.infer<typeof StoredSites>;
