import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';
import { PublicKey } from './inventory.ts';
import { RootTopic, SiteId, SiteName } from './site.ts';

/** The largest enrolment file that an agent reads, in bytes. */
export const ENROLMENT_LIMIT_BYTES = 64 * 1024;

/** What `muster enrol --out` writes and `muster-agent join` reads. It holds a secret: mode 0600. */
export const EnrolmentFile = z.object({
  muster: z.literal(2),
  siteId: SiteId,
  siteName: SiteName,
  /** The site's key: whatever it signs, this device trusts. */
  sitePublicKey: PublicKey,
  rootTopic: RootTopic,
  /** Tried in order; for the embedded broker the laptop's addresses. */
  brokerUrls: z.array(z.string().max(512)).min(1).max(16),
  /** Authority of the broker's certificate; absent where the system's authorities are to be used. */
  caPem: z
    .string()
    .max(32 * 1024)
    .optional(),
  /** Name in the broker's certificate, checked instead of the address. */
  serverName: z.string().max(255).optional(),
  clientCertPem: z
    .string()
    .max(16 * 1024)
    .optional(),
  clientKeyPem: z
    .string()
    .max(16 * 1024)
    .optional(),
  /** `join`: log in once as `username` to be given an account of its own. `shared`: keep using this account. */
  login: z.enum(['join', 'shared']),
  username: z.string().max(256).optional(),
  password: z.string().max(1024).optional(),
  tokenId: z.string().regex(/^[a-z0-9]{8,32}$/),
  expiresAt: Timestamp,
});
export type EnrolmentFile = z.infer<typeof EnrolmentFile>;

/** An enrolment as the control centre lists it: no secret. */
export const Enrolment = z.object({
  tokenId: z.string(),
  siteId: SiteId,
  createdAt: Timestamp,
  createdBy: z.string(),
  expiresAt: Timestamp,
  uses: z.number().int().min(1),
  used: z.number().int().min(0),
});
export type Enrolment = z.infer<typeof Enrolment>;
