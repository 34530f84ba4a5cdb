import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../../contract/wire/documents.ts';
import type { Joined } from '../../../contract/wire/messages/site.ts';
import type { Account } from '../../broker/account.ts';
import { createEnrolments, type Enrolments } from './enrolments.ts';

const SITE = 'site12345678';
const MAC = 'B827EB000001';
const HOUR_MS = 3_600_000;

let folder: string;
let nowMs: number;
let enrolments: Enrolments;
let answers: Omit<Joined, 'v' | 'site'>[];
let accounts: Account[];
let removed: string[];
let joined: string[];
let failAccounts: (() => void) | undefined;
let device: Signer;

async function open(): Promise<void> {
  enrolments = createEnrolments({
    siteId: SITE,
    path: join(folder, 'enrolments.json'),
    opener: createDocumentOpener(),
    now: () => nowMs,
    entrance: async () => ({
      siteName: 'Site',
      sitePublicKey: device.publicKey,
      rootTopic: 'iotm-sys',
      brokerUrls: ['mqtts://192.168.1.2:8883'],
      login: 'join',
    }),
    async putAccounts(list) {
      failAccounts?.();
      accounts.push(...list);
    },
    async removeAccounts(names) {
      removed.push(...names);
    },
    async answer(_mac, answer) {
      answers.push(answer);
    },
    onJoined: (mac) => joined.push(mac),
    onReport: () => undefined,
  });
  await enrolments.start();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-enrolments-'));
  nowMs = Date.parse('2026-11-25T08:00:00.000Z');
  [answers, accounts, removed, joined] = [[], [], [], []];
  failAccounts = undefined;
  device = await createSigner(await generatePrivateKey());
  await open();
});
afterEach(async () => {
  await enrolments.stop();
  rmSync(folder, { recursive: true, force: true });
});

const document = (tokenId: string, change: Record<string, unknown> = {}) => ({
  v: 2,
  site: SITE,
  tokenId,
  mac: MAC,
  publicKey: device.publicKey,
  hostName: 'pi',
  passwordSha256: createHash('sha256').update('password').digest('hex'),
  nonce: 'n'.repeat(24),
  ...change,
});
async function join1(tokenId: string, change: Record<string, unknown> = {}, signer = device): Promise<void> {
  const payload = document(tokenId, { publicKey: signer.publicKey, ...change });
  await enrolments.join(String(payload.mac), await signer.sign('muster-join', payload));
}
const create = (uses = 1, hours = 24) => enrolments.create({ uses, hours, createdBy: 'Ada' });

describe('an enrolment', () => {
  it('gives a file with a secret that is stored nowhere, and an account to join with', async () => {
    const { enrolment, file } = await create(3, 2);
    expect(enrolment).toMatchObject({
      uses: 3,
      used: 0,
      createdBy: 'Ada',
      expiresAt: '2026-11-25T10:00:00.000Z',
    });
    expect(file).toMatchObject({ muster: 2, siteId: SITE, username: `join-${enrolment.tokenId}` });
    expect(accounts).toEqual([
      {
        kind: 'join',
        tokenId: enrolment.tokenId,
        passwordSha256: createHash('sha256')
          .update(file.password ?? '')
          .digest('hex'),
        expiresAtMs: nowMs + 2 * HOUR_MS,
      },
    ]);
    expect(JSON.stringify(enrolments.list())).not.toContain(file.password);
  });

  it('lets a device in, keeps its account over a restart, and answers it with its own nonce', async () => {
    const { enrolment } = await create();
    await join1(enrolment.tokenId);
    expect(answers).toEqual([
      { mac: MAC, publicKey: device.publicKey, nonce: 'n'.repeat(24), ok: true, error: null },
    ]);
    expect(joined).toEqual([MAC]);
    await enrolments.stop();
    await open();
    expect(enrolments.list()[0]).toMatchObject({ used: 1 });
    expect(enrolments.accounts()).toContainEqual(expect.objectContaining({ kind: 'device', mac: MAC }));
  });

  it('is used up by as many devices as it is for, but not by one that joins again with the same key', async () => {
    const { enrolment } = await create(2);
    await join1(enrolment.tokenId);
    await join1(enrolment.tokenId);
    const second = await createSigner(await generatePrivateKey());
    await join1(enrolment.tokenId, { mac: 'B827EB000002' }, second);
    await join1(enrolment.tokenId);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    const third = await createSigner(await generatePrivateKey());
    await join1(enrolment.tokenId, { mac: 'B827EB000003' }, third);
    expect(answers.at(-1)).toMatchObject({ ok: false, error: { code: 'denied' } });
    expect(answers.at(-1)?.error?.message).toContain('used by 2 devices already');
    expect(accounts.filter((account) => account.kind === 'device').map(({ mac }) => mac)).not.toContain(
      'B827EB000003',
    );
  });

  it('counts one key on two MACs as two devices', async () => {
    const { enrolment } = await create(1);
    await join1(enrolment.tokenId);
    await join1(enrolment.tokenId, { mac: 'B827EB000002' });
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('ends at its time, and with it its account', async () => {
    const { enrolment } = await create(5, 1);
    nowMs += HOUR_MS;
    await join1(enrolment.tokenId);
    expect(answers[0]).toMatchObject({ ok: false });
    expect(answers[0]?.error?.message).toContain('This enrolment ended at 2026-11-25T09:00:00.000Z');
    expect(enrolments.accounts()).toEqual([]);
  });

  it('lets nobody in after it was revoked; those who are in stay', async () => {
    const { enrolment } = await create(5);
    await join1(enrolment.tokenId);
    await enrolments.revoke(enrolment.tokenId);
    expect(removed).toEqual([`join-${enrolment.tokenId}`]);
    const late = await createSigner(await generatePrivateKey());
    await join1(enrolment.tokenId, { mac: 'B827EB000002' }, late);
    expect(answers.at(-1)?.error?.message).toContain('revoked');
    expect(enrolments.accounts()).toHaveLength(1);
    await expect(enrolments.revoke(enrolment.tokenId)).rejects.toThrow(/no such enrolment/);
  });
});

describe('a request to join that is not genuine', () => {
  it('is not answered: on the topic of another device, for another site, signed by another key', async () => {
    const { enrolment } = await create();
    const other = await createSigner(await generatePrivateKey());
    const payload = document(enrolment.tokenId);
    const foreign = await other.sign('muster-join', payload);
    await expect(enrolments.join(MAC, foreign)).rejects.toThrow(/another device, key or site/);
    const good = await device.sign('muster-join', payload);
    await expect(enrolments.join('B827EB000002', good)).rejects.toThrow(/another device/);
    await expect(join1(enrolment.tokenId, { site: 'othersite1' })).rejects.toThrow(/site/);
    await expect(enrolments.join(MAC, good.slice(0, -4))).rejects.toThrow(AppError);
    await expect(enrolments.join(MAC, 'x'.repeat(20_000))).rejects.toThrow(AppError);
    await expect(join1(enrolment.tokenId, { passwordSha256: 'short' })).rejects.toThrow(/not valid/);
    expect([answers, joined, enrolments.list()[0]?.used]).toEqual([[], [], 0]);
  });
});

describe('a device that joins while something fails', () => {
  it('is told so when its account cannot be made, and comes in later without using up the enrolment', async () => {
    const { enrolment } = await create(1);
    failAccounts = () => {
      throw new AppError('internal', 'The broker is being restarted.');
    };
    await join1(enrolment.tokenId);
    expect(answers[0]).toMatchObject({ ok: false, error: { message: 'The broker is being restarted.' } });
    expect(joined).toEqual([]);
    failAccounts = undefined;
    await join1(enrolment.tokenId);
    expect(answers[1]).toMatchObject({ ok: true });
  });

  it('is told so when what it would be stored in has been taken away, and nothing is given to it', async () => {
    const { enrolment } = await create(1);
    accounts = [];
    // A folder in the place of the file that is written first: also root cannot write there.
    rmSync(folder, { recursive: true });
    await join1(enrolment.tokenId);
    expect(answers[0]).toMatchObject({ ok: false, error: { code: expect.any(String) } });
    expect(accounts).toEqual([]);
    expect(joined).toEqual([]);
  });
});
