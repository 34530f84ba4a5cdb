import { AppError } from '../../contract/lib/errors.ts';
import { type Access, type Role, roleAllows } from '../../contract/model/role.ts';

const NEEDED: Record<Access, string> = {
  view: 'any role',
  operate: 'the role operator or admin',
  admin: 'the role admin',
};

/** Throws `denied` with a sentence when the role is not enough for a call. */
export function checkAccess(role: Role, access: Access, callName: string): void {
  if (roleAllows(role, access)) return;
  throw new AppError(
    'denied',
    `Your role here is ${role}; ${callName} needs ${NEEDED[access]}. Ask an admin of this control centre.`,
  );
}
