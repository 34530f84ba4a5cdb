import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';
import { PublicKey } from './inventory.ts';
import { Role } from './role.ts';

export const SiteId = z.string().regex(/^[a-z0-9]{8,32}$/, 'a site id has 8 to 32 small letters and digits');
export const SiteName = z
  .string()
  .trim()
  .min(1, 'give the site a name')
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'a name has no control characters');

/** First levels of every topic: no wildcards, no empty levels, and no `$`, which brokers keep for themselves. */
export const RootTopic = z
  .string()
  .max(128)
  .regex(
    /^(?!\$)[^+#/\s\p{Cc}\p{Cs}]+(\/[^+#/\s\p{Cc}\p{Cs}]+)*$/u,
    'a root topic has no spaces, wildcards or empty levels and does not begin with $',
  );
export const DEFAULT_ROOT_TOPIC = 'iotm-sys';

const Pem = z
  .string()
  .max(64 * 1024)
  .regex(/-----BEGIN [A-Z0-9 ]+-----/, 'a PEM text starts with -----BEGIN');

const URL_FORM =
  'write mqtt://host:1883, mqtts://host:8883, ws://host:port/path or wss://host:port/path, without user and password';

/** The address of a broker: what passes is also understood by every program's own parser of addresses. */
export const BrokerUrl = z
  .string()
  .max(512)
  .regex(/^(mqtts?|wss?):\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\/[^\s#]*)?$/, URL_FORM)
  .refine((text) => !/^[a-z]+:\/\/[^/]*:0+(\/|$)/.test(text), 'there is no port 0')
  .refine(
    isParsable,
    'the host or the port does not exist: names have letters, digits and dashes, ports end at 65535',
  );

/** Parsers treat schemes that they know (http, ws) more strictly than others: both must take it. */
function isParsable(text: string): boolean {
  return [text, text.replace(/^[a-z]+/, 'http')].every((url) => z.url().safeParse(url).success);
}

/** Where an external broker is and how to get in. Secrets travel towards the control centre only. */
export const BrokerSettings = z.object({
  url: BrokerUrl,
  username: z.string().max(256).optional(),
  password: z.string().max(1024).optional(),
  caPem: Pem.optional(),
  clientCertPem: Pem.optional(),
  clientKeyPem: Pem.optional(),
  /** Name expected in the broker's certificate when it differs from the host. */
  serverName: z.string().max(255).optional(),
  rootTopic: RootTopic.default(DEFAULT_ROOT_TOPIC),
  /** What devices use when it differs from the control centre's own account. */
  deviceUsername: z.string().max(256).optional(),
  devicePassword: z.string().max(1024).optional(),
});
export type BrokerSettings = z.infer<typeof BrokerSettings>;

/** How the embedded broker listens. Ports of 0 are chosen by the system and kept. */
export const EmbeddedBrokerSettings = z.object({
  tlsPort: z.number().int().min(0).max(65535).default(8883),
  /** Address to listen on: all by default, or one of the machine's own. */
  host: z.string().max(64).default('0.0.0.0'),
  rootTopic: RootTopic.default(DEFAULT_ROOT_TOPIC),
});
export type EmbeddedBrokerSettings = z.infer<typeof EmbeddedBrokerSettings>;

export const ConnectionState = z.object({
  state: z.enum(['connecting', 'connected', 'disconnected', 'stopped']),
  since: Timestamp,
  /** What went wrong last and what to do, or empty. */
  detail: z.string().max(1000),
  roundTripMs: z.number().nullable(),
});
export type ConnectionState = z.infer<typeof ConnectionState>;

/** A fleet and its broker, as the interface sees it: no secrets. */
export const Site = z.object({
  id: SiteId,
  name: SiteName,
  broker: z.enum(['embedded', 'external']),
  /** What people connect to, for display: `mqtts://192.168.1.20:8883`. */
  brokerUrl: z.string(),
  /** The port that devices use. */
  port: z.number().int(),
  rootTopic: RootTopic,
  username: z.string().nullable(),
  publicKey: PublicKey,
  role: Role,
  demo: z.boolean(),
  createdAt: Timestamp,
  connection: ConnectionState,
});
export type Site = z.infer<typeof Site>;

export const ConnectionStage = z.enum(['name', 'tcp', 'tls', 'connack', 'rights']);
export type ConnectionStage = z.infer<typeof ConnectionStage>;

/** Result of a connection test: each stage that was tried, in order; the first that failed is the last. */
export const ConnectionReport = z.object({
  ok: z.boolean(),
  stages: z.array(
    z.object({
      stage: ConnectionStage,
      ok: z.boolean(),
      durationMs: z.number(),
      detail: z.string(),
      advice: z.string(),
    }),
  ),
});
export type ConnectionReport = z.infer<typeof ConnectionReport>;
