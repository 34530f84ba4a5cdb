import { z } from 'zod';
import { Activity, Notice } from '../../model/notice.ts';
import { Role } from '../../model/role.ts';
import { Settings, SettingsEdit } from '../../model/settings.ts';
import { call } from '../definition.ts';

export const SessionInfo = z.object({
  version: z.string(),
  host: z.enum(['electron', 'headless']),
  role: Role,
  actor: z.string(),
  dataFolder: z.string(),
});
export type SessionInfo = z.infer<typeof SessionInfo>;

/** Who is connected, and what belongs to the person and the control centre rather than to a site. */
export const sessionCalls = {
  /** After this, snapshots of all that the session may see arrive as events, then changes. Call it on every connect. */
  'session.start': call(z.object({}), SessionInfo, 'view'),
  'settings.edit': call(SettingsEdit, Settings, 'admin'),
  'notices.dismiss': call(z.object({ id: z.string().max(100) }), z.object({}), 'operate'),
};

export const sessionEvents = {
  'settings.changed': Settings,
  'notices.changed': z.object({ notices: z.array(Notice) }),
  'activity.snapshot': z.object({ activities: z.array(Activity) }),
  /** New lines, or lines whose outcome changed (same id). */
  'activity.changed': z.object({ activities: z.array(Activity) }),
  /** All snapshots of this session were sent. */
  'session.ready': z.object({}),
};
