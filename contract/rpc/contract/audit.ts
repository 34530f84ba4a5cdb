import { z } from 'zod';
import { AuditEntry } from '../../model/audit.ts';
import { call } from '../definition.ts';

export const auditCalls = {
  /** Newest first. */
  'audit.list': call(
    z.object({
      siteId: z.string().max(32).optional(),
      text: z.string().max(200).optional(),
      beforeSeq: z.number().int().min(1).optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    z.object({ entries: z.array(AuditEntry) }),
    'view',
  ),
  /** Recomputes the chain; `brokenAtSeq` is the first entry that does not fit. */
  'audit.verify': call(
    z.object({}),
    z.object({ entries: z.number().int(), brokenAtSeq: z.number().int().nullable() }),
    'view',
  ),
};
