import { z } from 'zod';

/** The person's own settings on this machine. */
export const Settings = z.object({
  operatorName: z.string().trim().min(1).max(64),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Where the person was last, so that a restart opens there. */
  activeSiteId: z.string().nullable().default(null),
});
export type Settings = z.infer<typeof Settings>;
export const SettingsEdit = z.object({
  operatorName: z.string().trim().min(1).max(64).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  activeSiteId: z.string().nullable().optional(),
});
export type SettingsEdit = z.infer<typeof SettingsEdit>;
