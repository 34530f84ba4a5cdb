import { z } from 'zod';

/** What a person may do at a site; each role includes the ones before it. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

/** What an RPC call or an operation asks of its caller. */
export const Access = z.enum(['view', 'operate', 'admin']);
export type Access = z.infer<typeof Access>;

const RANK: Record<Role | Access, number> = { viewer: 0, view: 0, operator: 1, operate: 1, admin: 2 };

/** Whether a role is enough for an access. */
export function roleAllows(role: Role, access: Access): boolean {
  return RANK[role] >= RANK[access];
}
