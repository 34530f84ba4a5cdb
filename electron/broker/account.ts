import { createHash, timingSafeEqual } from 'node:crypto';

/** The control centre itself: a random user name and password, made at each start. */
export interface ControlAccount {
  kind: 'control';
  username: string;
  /** SHA-256 of the password, 64 lower-case hex digits; so in the other kinds. */
  passwordSha256: string;
}

/** A linked device: its user name is its MAC. */
export interface DeviceAccount {
  kind: 'device';
  mac: string;
  passwordSha256: string;
}

/** An enrolment token: its user name is `join-<tokenId>`, its password the token's secret. */
export interface JoinAccount {
  kind: 'join';
  tokenId: string;
  passwordSha256: string;
  /** Unix time in milliseconds. */
  expiresAtMs: number;
}

export type Account = ControlAccount | DeviceAccount | JoinAccount;

export type SignIn =
  | { ok: true; account: Account }
  | { ok: false; reason: 'bad-credentials' | 'token-expired' };

/** The name that this account signs in with. */
export function accountUsername(account: Account): string {
  if (account.kind === 'device') return account.mac;
  if (account.kind === 'join') return `join-${account.tokenId}`;
  return account.username;
}

/** SHA-256 of a password, as accounts hold it. Good for random passwords only: it does not slow down guessing. */
export function hashPassword(password: string | Uint8Array): string {
  return createHash('sha256').update(password).digest('hex');
}

const NOBODY = createHash('sha256').update('nobody has this password').digest();

/** The accounts that may sign in, by user name. `now` is Unix time in milliseconds. */
export function createAccountBook({ now }: { now: () => number }) {
  const accounts = new Map<string, Account>();

  function signIn(username: string | undefined, password: Uint8Array | undefined): SignIn {
    const account = accounts.get(username ?? '');
    const given = createHash('sha256')
      .update(password ?? '')
      .digest();
    // An unknown name costs the same comparison as a wrong password, so the time taken tells nothing.
    const expected = account ? Buffer.from(account.passwordSha256, 'hex') : NOBODY;
    const same = expected.length === given.length && timingSafeEqual(expected, given);
    if (!account || !same || password === undefined) return { ok: false, reason: 'bad-credentials' };
    if (isExpired(account)) return { ok: false, reason: 'token-expired' };
    return { ok: true, account };
  }

  function isExpired(account: Account): boolean {
    return account.kind === 'join' && account.expiresAtMs <= now();
  }

  /** True while a session that signed in with this account may go on. */
  function isCurrent(account: Account): boolean {
    const known = accounts.get(accountUsername(account));
    return known !== undefined && known.passwordSha256 === account.passwordSha256 && !isExpired(known);
  }

  return {
    signIn,
    isCurrent,
    put(list: readonly Account[]): void {
      for (const account of list) accounts.set(accountUsername(account), account);
    },
    remove(usernames: readonly string[]): void {
      for (const username of usernames) accounts.delete(username);
    },
  };
}
export type AccountBook = ReturnType<typeof createAccountBook>;
