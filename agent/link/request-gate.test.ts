import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Role } from '../../contract/model/role.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import { createTopics } from '../../contract/wire/topics.ts';
import { createRequestGate, type RequestGate } from './request-gate.ts';

const topics = createTopics('iotm-sys');
const mac = 'B827EB000001';
const site = 'testsite1';
let operator: Signer;
let stranger: Signer;
let gate: RequestGate;
let genuine: string;
const request = {
  ...{ v: 2, site, seq: 7, target: { kind: 'device', mac } },
  body: { type: 'job', id: 'job-00000001', op: 'shell.run', args: { command: 'true' } },
};
beforeAll(async () => {
  [operator, stranger] = await Promise.all([
    createSigner(await generatePrivateKey()),
    createSigner(await generatePrivateKey()),
  ]);
  const roles = new Map<string, Role>([[operator.publicKey, 'operator']]);
  gate = createRequestGate({
    ...{
      siteId: site,
      mac,
      topics,
      opener: createDocumentOpener(),
      roleOf: (key) => roles.get(key),
      groups: () => ['lab'],
    },
  });
  genuine = await operator.sign('muster-request', request);
});
const own = topics.deviceRequest(mac);
const judge = async (payload: string | Buffer, topic = own) => {
  const verdict = await gate.judge(topic, Buffer.from(payload));
  return verdict.ok ? 'ok' : verdict.reason;
};

test('a genuine request passes with its signer’s role', async () => {
  expect(await gate.judge(own, Buffer.from(genuine))).toEqual({
    ok: true,
    genuine: { request, kid: operator.publicKey, role: 'operator' },
  });
});

test('no bytes pass that were not signed, and none make the gate fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        // One byte of the genuine one changed, cut short, or made longer.
        fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([place, flip]) => {
          const bytes = Buffer.from(genuine);
          const index = place % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ flip;
          return bytes;
        }),
        fc.nat().map((length) => Buffer.from(genuine.slice(0, length % genuine.length))),
        fc.string({ minLength: 1, maxLength: 20 }).map((more) => Buffer.from(genuine + more)),
      ),
      async (payload) => {
        const verdict = await judge(payload);
        // Bits of the last base64url character that stand for nothing may differ: the document is the same then.
        if (verdict === 'ok') expect(await gate.judge(own, payload)).toMatchObject({ genuine: { request } });
        else expect(['malformed', 'badSignature', 'unknownKey']).toContain(verdict);
      },
    ),
    { numRuns: 400 },
  );
});

test('whatever a stranger signs is of an unknown key, and whatever an operator signs must have the form of a request', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (payload) => {
      expect(await judge(await stranger.sign('muster-request', payload))).toBe('unknownKey');
      expect(await judge(await operator.sign('muster-request', payload))).toBe('malformed');
    }),
    { numRuns: 60 },
  );
  expect(await judge(await operator.sign('muster-trust', request))).toBe('malformed');
  expect(await judge(await operator.sign('muster-request', { ...request, v: 3 }))).toBe('malformed');
});

test('a request is taken only where it was sent to', async () => {
  const sign = (target: object, more: object = {}) =>
    operator.sign('muster-request', { ...request, target, ...more });
  const lab = await sign({ kind: 'group', group: 'lab' });
  const all = await sign({ kind: 'all' });
  expect(await judge(lab, topics.groupRequest('lab'))).toBe('ok');
  expect(await judge(all, topics.allRequest)).toBe('ok');
  for (const [payload, topic] of [
    [genuine, topics.allRequest],
    [genuine, topics.groupRequest('lab')],
    [lab, own],
    [all, own],
    [await sign({ kind: 'group', group: 'other' }), topics.groupRequest('other')],
    [await sign({ kind: 'group', group: 'other' }), topics.groupRequest('lab')],
    [await sign({ kind: 'device', mac: 'B827EB000002' }), own],
    [await sign({ kind: 'device', mac }, { site: 'othersite9' }), own],
  ] as const)
    expect(await judge(payload, topic)).toBe('notForMe');
});
