import { z } from 'zod';
import { Timestamp } from '../../lib/time.ts';
import { Inventory } from '../../model/inventory.ts';
import { signedFields } from '../envelope.ts';
import { PROTOCOL_VERSION } from '../version.ts';

/** Retained, and with `online: false` the last will. `session` is new with every connection: a late will of an old one is told apart. */
export const Presence = z.object({
  v: z.literal(PROTOCOL_VERSION),
  online: z.boolean(),
  session: z.string().min(1).max(64),
  /** By the device's own clock, which may be wrong. */
  since: Timestamp,
  bootId: z.string().min(1).max(64),
  agentVersion: z.string().min(1).max(64),
  capabilities: z.array(z.string().max(64)).max(200),
  keepAliveSec: z.number().int().min(1).max(3600),
});
export type Presence = z.infer<typeof Presence>;

/** Payload of a `muster-inventory`, signed with the key that it names. */
export const SignedInventory = Inventory.extend(signedFields);
export type SignedInventory = z.infer<typeof SignedInventory>;

/** What an agent lacks and asks for. */
export const Want = z.object({
  v: z.literal(PROTOCOL_VERSION),
  wants: z
    .array(z.enum(['trust', 'link']))
    .min(1)
    .max(2),
});
export type Want = z.infer<typeof Want>;
