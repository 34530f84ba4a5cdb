import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';

/** Who did what to what, and when. Entries are chained by hash, so that a change in the past shows. */
export const AuditEntry = z.object({
  seq: z.number().int().min(1),
  at: Timestamp,
  siteId: z.string().nullable(),
  actor: z.string().max(200),
  action: z.string().max(80),
  target: z.string().max(500),
  detail: z.string().max(2000),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
