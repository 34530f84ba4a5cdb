import { expect, test } from 'vitest';
import { z } from 'zod';
import { ENROLMENT_LIMIT_BYTES, EnrolmentFile } from '../model/enrolment.ts';
import { Metrics } from '../model/metrics.ts';
import { decode } from './decode.ts';
import { createDocumentOpener, createSigner, generatePrivateKey } from './documents.ts';
import type { DocumentType } from './envelope.ts';
import * as limits from './limits.ts';
import { Presence, SignedInventory, Want } from './messages/device.ts';
import { JobMessage, Refusal, SignedResult } from './messages/job.ts';
import { Request } from './messages/request.ts';
import { Join, Joined, Link, Trust } from './messages/site.ts';

// Payloads of real programs, kept for ever: what was understood once must be understood by every later version.
// Files are added and never changed; test/support/record-wire-fixtures.ts records new ones.
const files = import.meta.glob<Record<string, unknown>>('./fixtures/*.json', {
  eager: true,
  import: 'default',
});
const fixture = (name: string): Record<string, unknown> => {
  const found = files[`./fixtures/${name}.json`];
  if (!found) throw new Error(`There is no fixture ${name}.`);
  return found;
};
const Keys = z.object({ siteId: z.string(), site: z.string(), operator: z.string(), device: z.string() });
const keys = Keys.parse(fixture('keys'));
const names = Object.keys(files).map((path) => path.replace(/^.*\/|\.json$/g, ''));

/** A plain payload by the first word of its file's name. */
const PLAIN: Record<string, { schema: z.ZodType; limitBytes: number }> = {
  presence: { schema: Presence, limitBytes: limits.PRESENCE_LIMIT_BYTES },
  metrics: { schema: Metrics, limitBytes: limits.METRICS_LIMIT_BYTES },
  want: { schema: Want, limitBytes: limits.WANT_LIMIT_BYTES },
  job: { schema: JobMessage, limitBytes: limits.MESSAGE_LIMIT_BYTES },
};

interface Signed {
  type: DocumentType;
  schema: z.ZodType<object>;
  limitBytes: number;
  /** Undefined: whatever key the document names itself. */
  by?: string;
}

const SIGNED: Record<string, Signed> = {
  inventory: {
    type: 'muster-inventory',
    schema: SignedInventory,
    limitBytes: limits.INVENTORY_LIMIT_BYTES,
    by: keys.device,
  },
  request: {
    type: 'muster-request',
    schema: Request,
    limitBytes: limits.MESSAGE_LIMIT_BYTES,
    by: keys.operator,
  },
  trust: { type: 'muster-trust', schema: Trust, limitBytes: limits.MESSAGE_LIMIT_BYTES, by: keys.site },
  link: { type: 'muster-link', schema: Link, limitBytes: limits.LINK_LIMIT_BYTES, by: keys.site },
  join: { type: 'muster-join', schema: Join, limitBytes: limits.JOIN_LIMIT_BYTES },
  joined: { type: 'muster-joined', schema: Joined, limitBytes: limits.JOIN_LIMIT_BYTES, by: keys.site },
};
const INSIDE: Record<string, Signed & { member: string }> = {
  finished: {
    member: 'result',
    type: 'muster-result',
    schema: SignedResult,
    limitBytes: limits.MESSAGE_LIMIT_BYTES,
    by: keys.device,
  },
  refused: {
    member: 'refusal',
    type: 'muster-refusal',
    schema: Refusal,
    limitBytes: limits.MESSAGE_LIMIT_BYTES,
    by: keys.device,
  },
};

const opener = createDocumentOpener();
const openIt = async (jws: string, { type, schema, limitBytes }: Signed, by: string | undefined) =>
  (await opener.open({ jws, type, schema, limitBytes, accepts: (key) => by === undefined || key === by }))
    .payload;

/** The same value with members that no version knows, in every object whose members are named by the contract. */
function withUnknownMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    ['args', 'value', 'data'].includes(name) ? member : withUnknownMembers(member),
  ]);
  return Object.fromEntries([...members, ['fromTheFuture', { nested: [1, null, 'text'] }]]);
}

const kindOf = (name: string): string => name.split('-')[0] ?? '';
const payloadText = (name: string): string => z.object({ payload: z.string() }).parse(fixture(name)).payload;

test.each(names.filter((name) => kindOf(name) in PLAIN))(
  '%s is decoded, also with unknown members',
  (name) => {
    const { schema, limitBytes } = PLAIN[kindOf(name)]!;
    const text = payloadText(name);
    const value = decode(schema, text, limitBytes, name);
    // Nothing of what the sender said is lost.
    expect(value).toEqual(JSON.parse(text));
    const longer = JSON.stringify(withUnknownMembers(JSON.parse(text)));
    expect(decode(schema, longer, limitBytes, name)).toEqual(value);
  },
);

test.each(names.filter((name) => kindOf(name) in SIGNED))(
  '%s opens with its signer’s key, also with unknown members',
  async (name) => {
    await expectOpens(payloadText(name), SIGNED[kindOf(name)]!);
  },
);

test.each(names.filter((name) => name.startsWith('job-') && (name.split('-')[1] ?? '') in INSIDE))(
  'the document in %s opens with the device’s key, also with unknown members',
  async (name) => {
    const signed = INSIDE[name.split('-')[1] ?? '']!;
    const message: Record<string, unknown> = JSON.parse(payloadText(name));
    await expectOpens(String(message[signed.member]), signed);
  },
);

async function expectOpens(jws: string, signed: Signed): Promise<void> {
  const payload = await openIt(jws, signed, signed.by);
  const { payload: said } = await opener.open({
    ...{ jws, type: signed.type, limitBytes: signed.limitBytes, accepts: () => true },
    schema: z.record(z.string(), z.unknown()),
  });
  expect(payload).toEqual(said);
  const other = await createSigner(await generatePrivateKey());
  await expect(openIt(jws, signed, other.publicKey)).rejects.toMatchObject({
    data: { reason: 'unknownKey' },
  });
  const longer = withUnknownMembers(said) as Record<string, unknown>;
  expect(await openIt(await other.sign(signed.type, longer), signed, other.publicKey)).toEqual(payload);
}

test.each(names.filter((name) => kindOf(name) === 'enrolment'))(
  '%s is read, also with unknown members',
  (name) => {
    const text = JSON.stringify(fixture(name));
    const file = decode(EnrolmentFile, text, ENROLMENT_LIMIT_BYTES, name);
    expect(file).toEqual(fixture(name));
    const longer = JSON.stringify(withUnknownMembers(fixture(name)));
    expect(decode(EnrolmentFile, longer, ENROLMENT_LIMIT_BYTES, name)).toEqual(file);
  },
);

test('every fixture is looked at by one of the tests above', () => {
  const known = [...Object.keys(PLAIN), ...Object.keys(SIGNED), 'enrolment', 'keys'];
  expect(names.filter((name) => !known.includes(kindOf(name)))).toEqual([]);
  expect(names.length).toBeGreaterThan(25);
});

test('no fixture holds a secret', () => {
  for (const name of names) expect(JSON.stringify(fixture(name))).not.toMatch(/PRIVATE KEY|"d":/);
  for (const name of names.filter((name) => kindOf(name) === 'enrolment'))
    expect(fixture(name)).toMatchObject({ password: 'replaced' });
});
