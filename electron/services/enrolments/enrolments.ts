import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError, toErrorBody } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { Timestamp } from '../../../contract/lib/time.ts';
import type { Enrolment, EnrolmentFile } from '../../../contract/model/enrolment.ts';
import { PublicKey } from '../../../contract/model/inventory.ts';
import { Mac } from '../../../contract/model/mac.ts';
import type { DocumentOpener } from '../../../contract/wire/documents.ts';
import { JOIN_LIMIT_BYTES } from '../../../contract/wire/limits.ts';
import { Join, type Joined } from '../../../contract/wire/messages/site.ts';
import { type Account, accountUsername } from '../../broker/account.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Token = z.object({
  createdAt: Timestamp,
  createdBy: z.string().max(200),
  expiresAt: Timestamp,
  uses: z.number().int().min(1),
  secretSha256: Sha256,
  /** Who used it: a device that joins again with the same key does not use it up. */
  usedBy: z.array(z.object({ mac: Mac, publicKey: PublicKey })),
});
const Stored = z.object({
  tokens: z.record(z.string(), Token),
  /** Broker accounts of devices that joined. */
  accounts: z.record(Mac, z.object({ publicKey: PublicKey, passwordSha256: Sha256 })),
});
type Stored = z.infer<typeof Stored>;

/** Everything of an enrolment file that the site's broker decides. */
export type BrokerEntrance = Pick<
  EnrolmentFile,
  | 'siteName'
  | 'sitePublicKey'
  | 'rootTopic'
  | 'brokerUrls'
  | 'caPem'
  | 'serverName'
  | 'clientCertPem'
  | 'clientKeyPem'
  | 'login'
  | 'username'
  | 'password'
>;

export interface EnrolmentsOptions {
  readonly siteId: string;
  readonly path: string;
  readonly opener: DocumentOpener;
  readonly now: () => number;
  entrance(): Promise<BrokerEntrance>;
  putAccounts(accounts: readonly Account[]): Promise<void>;
  removeAccounts(usernames: readonly string[]): Promise<void>;
  /** Publishes a signed answer to a device that joins. */
  answer(mac: string, joined: Omit<Joined, 'v' | 'site'>): Promise<void>;
  onJoined(mac: string, tokenId: string): void;
  onReport: OnStorageReport;
}

export interface Enrolments extends Service {
  create(options: {
    uses: number;
    hours: number;
    createdBy: string;
  }): Promise<{ enrolment: Enrolment; file: EnrolmentFile }>;
  list(): Enrolment[];
  revoke(tokenId: string): Promise<void>;
  /** A join document on a device's topic. Throws when it is not genuine; otherwise the device is answered. */
  join(mac: string, jws: string): Promise<void>;
  accounts(): Account[];
}

// INVARIANT: an account or a used-up token is durable before the device is told that it has joined.
/** How devices get into one site. */
export function createEnrolments(options: EnrolmentsOptions): Enrolments {
  const { siteId, now } = options;
  const store = createJsonStore<Stored>({
    path: options.path,
    schema: Stored,
    version: 1,
    defaults: { tokens: {}, accounts: {} },
    onReport: options.onReport,
  });

  function toEnrolment(tokenId: string, token: z.infer<typeof Token>): Enrolment {
    const { createdAt, createdBy, expiresAt, uses, usedBy } = token;
    return { tokenId, siteId, createdAt, createdBy, expiresAt, uses, used: usedBy.length };
  }

  function joinAccount(tokenId: string, token: z.infer<typeof Token>): Account {
    return {
      kind: 'join',
      tokenId,
      passwordSha256: token.secretSha256,
      expiresAtMs: Date.parse(token.expiresAt),
    };
  }

  /** Uses the token and gives the account, or throws what the device is told. */
  function admit(draft: Stored, join: Join): void {
    const token = draft.tokens[join.tokenId];
    if (!token) throw new AppError('denied', 'This enrolment was revoked. Ask for a new enrolment file.');
    if (Date.parse(token.expiresAt) <= now()) {
      throw new AppError(
        'denied',
        `This enrolment ended at ${token.expiresAt}. Ask for a new enrolment file.`,
      );
    }
    const again = token.usedBy.some((use) => use.mac === join.mac && use.publicKey === join.publicKey);
    if (!again && token.usedBy.length >= token.uses) {
      throw new AppError(
        'denied',
        `This enrolment was used by ${token.uses} devices already, as many as it was made for. Ask for a new one.`,
      );
    }
    if (!again) token.usedBy.push({ mac: join.mac, publicKey: join.publicKey });
    draft.accounts[join.mac] = { publicKey: join.publicKey, passwordSha256: join.passwordSha256 };
  }

  return {
    name: 'enrolments',
    start: () => store.start(),
    stop: () => store.stop(),
    accounts: () => [
      ...Object.entries(store.data.accounts).map(
        ([mac, { passwordSha256 }]): Account => ({ kind: 'device', mac, passwordSha256 }),
      ),
      ...Object.entries(store.data.tokens)
        .filter(([, token]) => Date.parse(token.expiresAt) > now())
        .map(([tokenId, token]) => joinAccount(tokenId, token)),
    ],
    list: () =>
      Object.entries(store.data.tokens)
        .map(([tokenId, token]) => toEnrolment(tokenId, token))
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    async create({ uses, hours, createdBy }) {
      const entrance = await options.entrance();
      const tokenId = randomBytes(8).toString('hex');
      const secret = randomBytes(32).toString('hex');
      const token: z.infer<typeof Token> = {
        createdAt: new Date(now()).toISOString(),
        createdBy,
        expiresAt: new Date(now() + hours * 3_600_000).toISOString(),
        uses,
        secretSha256: createHash('sha256').update(secret).digest('hex'),
        usedBy: [],
      };
      await store.update((draft) => {
        for (const [id, old] of Object.entries(draft.tokens)) {
          if (Date.parse(old.expiresAt) + 30 * 24 * 3_600_000 < now()) delete draft.tokens[id];
        }
        draft.tokens[tokenId] = token;
      });
      if (entrance.login === 'join') await options.putAccounts([joinAccount(tokenId, token)]);
      const login = entrance.login === 'join' ? { username: `join-${tokenId}`, password: secret } : {};
      const file: EnrolmentFile = {
        muster: 2,
        siteId,
        ...entrance,
        ...login,
        tokenId,
        expiresAt: token.expiresAt,
      };
      return { enrolment: toEnrolment(tokenId, token), file };
    },
    async revoke(tokenId) {
      const token = store.data.tokens[tokenId];
      if (!token)
        throw new AppError('not-found', 'There is no such enrolment; it may have been revoked already.');
      await store.update((draft) => {
        delete draft.tokens[tokenId];
      });
      await options.removeAccounts([accountUsername(joinAccount(tokenId, token))]);
    },
    async join(mac, jws) {
      let signedBy = '';
      const { payload } = await options.opener.open({
        jws,
        type: 'muster-join',
        limitBytes: JOIN_LIMIT_BYTES,
        schema: Join,
        accepts: (key) => {
          signedBy = key;
          return true;
        },
      });
      if (payload.mac !== mac || payload.publicKey !== signedBy || payload.site !== siteId) {
        throw new AppError('denied', `The join request on ${mac}'s topic names another device, key or site.`);
      }
      const answer = { mac, publicKey: payload.publicKey, nonce: payload.nonce };
      try {
        await store.update((draft) => admit(draft, payload));
        await options.putAccounts([{ kind: 'device', mac, passwordSha256: payload.passwordSha256 }]);
      } catch (error) {
        await options.answer(mac, { ...answer, ok: false, error: toErrorBody(error) });
        return;
      }
      options.onJoined(mac, payload.tokenId);
      await options.answer(mac, { ...answer, ok: true, error: null });
    },
  };
}
