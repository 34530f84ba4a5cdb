import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';

/** Something that the person at the screen must know about the control centre itself, until they dismiss it. */
export const Notice = z.object({
  id: z.string(),
  at: Timestamp,
  level: z.enum(['info', 'warning', 'error']),
  /** What happened, what it means, what to do. */
  message: z.string().max(1000),
});
export type Notice = z.infer<typeof Notice>;

/** One line of the activity panel. */
export const Activity = z.object({
  id: z.string(),
  at: Timestamp,
  siteId: z.string().nullable(),
  mac: z.string().nullable(),
  subject: z.string().max(200),
  action: z.string().max(80),
  detail: z.string().max(500),
  outcome: z.enum(['ok', 'failed', 'waiting', 'running', 'info']),
  durationMs: z.number().nullable(),
  jobId: z.string().nullable(),
});
export type Activity = z.infer<typeof Activity>;
