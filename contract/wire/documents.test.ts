import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { damaged, hostileJson } from '../../test/support/hostile-json.ts';
import { AppError } from '../lib/errors.ts';
import { PublicKey } from '../model/inventory.ts';
import { createDocumentOpener, createSigner, generatePrivateKey } from './documents.ts';

const schema = z.object({ v: z.literal(2), text: z.string() });

async function setUp() {
  const signer = await createSigner(await generatePrivateKey());
  const other = await createSigner(await generatePrivateKey());
  const opener = createDocumentOpener();
  const open = (jws: string, type: 'muster-request' | 'muster-link' = 'muster-request') =>
    opener.open({ jws, type, limitBytes: 10_000, schema, accepts: (key) => key === signer.publicKey });
  return { signer, other, open };
}

test('a signed document opens to what was signed, with its signer', async () => {
  const { signer, open } = await setUp();
  const jws = await signer.sign('muster-request', { v: 2, text: 'hello' });
  expect(await open(jws)).toEqual({ payload: { v: 2, text: 'hello' }, publicKey: signer.publicKey });
});

test('a document of another type, key, content or form is refused with its reason', async () => {
  const { signer, other, open } = await setUp();
  const jws = await signer.sign('muster-request', { v: 2, text: 'hello' });
  const [header, payload, signature] = jws.split('.') as [string, string, string];
  const reason = async (work: Promise<unknown>) =>
    work.then(
      () => 'opened',
      (error: { data?: { reason?: string } }) => error.data?.reason,
    );
  expect(await reason(open(jws, 'muster-link'))).toBe('malformed');
  expect(await reason(open(await other.sign('muster-request', { v: 2, text: 'x' })))).toBe('unknownKey');
  const flipped = payload.slice(0, -1) + (payload.endsWith('A') ? 'B' : 'A');
  expect(await reason(open(`${header}.${flipped}.${signature}`))).toBe('badSignature');
  expect(await reason(open(`${header}.${payload}.${signature.slice(2)}`))).toBe('malformed');
  expect(await reason(open('x'.repeat(20_000)))).toBe('malformed');
  expect(await reason(open(await signer.sign('muster-request', { v: 3, text: 'x' })))).toBe('malformed');
});

test('a header that names the right key over a signature of another is refused', async () => {
  const { signer, other, open } = await setUp();
  const genuine = await signer.sign('muster-request', { v: 2, text: 'hello' });
  const forged = await other.sign('muster-request', { v: 2, text: 'evil' });
  const mixed = `${genuine.split('.')[0]}.${forged.split('.')[1]}.${forged.split('.')[2]}`;
  await expect(open(mixed)).rejects.toMatchObject({ code: 'denied', data: { reason: 'badSignature' } });
});

describe('whatever comes in the place of a document', async () => {
  const signer = await createSigner(await generatePrivateKey());
  const opener = createDocumentOpener();
  const genuine = await signer.sign('muster-request', { v: 2, text: 'hello' });
  const open = (jws: string) =>
    opener.open({
      ...{
        jws,
        type: 'muster-request',
        limitBytes: 300_000,
        schema,
        accepts: (key) => key === signer.publicKey,
      },
    });
  const outcome = async (jws: string): Promise<string> => {
    try {
      return (await open(jws)).payload.text;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(['invalid', 'denied']).toContain(error.code);
      expect(error.message.length).toBeLessThan(1000);
      return String(error.data?.reason);
    }
  };

  test('one changed character anywhere makes it another document, which is refused', async () => {
    for (let index = 0; index < genuine.length; index += 1)
      for (const character of 'AB_.') {
        if (genuine[index] === character) continue;
        const changed = `${genuine.slice(0, index)}${character}${genuine.slice(index + 1)}`;
        expect(['malformed', 'unknownKey', 'badSignature']).toContain(await outcome(changed));
      }
  });

  test('no text is opened, and none is answered by anything but a reason', async () => {
    const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{0,200}$/);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(base64url, base64url, base64url).map((parts) => parts.join('.')),
      fc
        .tuple(base64url, base64url)
        .map(([payload, signature]) => `${genuine.split('.')[0]}.${payload}.${signature.padEnd(85, 'x')}A`),
      fc.tuple(fc.nat(genuine.length), fc.nat(genuine.length)).map(([from, to]) => genuine.slice(from, to)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (jws) => {
        fc.pre(jws !== genuine);
        expect(['malformed', 'unknownKey', 'badSignature']).toContain(await outcome(jws));
      }),
      { numRuns: 500 },
    );
  });

  test('a header that is none, in any form, is malformed', async () => {
    const encode = (header: string): string => Buffer.from(header).toString('base64url');
    const header = fc.oneof(
      hostileJson,
      damaged({ alg: 'EdDSA', kid: signer.publicKey, typ: 'muster-request', crit: ['b64'], b64: false }),
    );
    await fc.assert(
      fc.asyncProperty(header, async (json) => {
        const [, payload, signature] = genuine.split('.');
        expect(['malformed', 'unknownKey', 'badSignature']).toContain(
          await outcome(`${encode(json)}.${payload}.${signature}`),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a genuine signature over anything lets only what is valid through', async () => {
    const payload = fc.oneof(
      fc.object({ maxDepth: 5 }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.record({ v: fc.constantFrom(2, 3), text: fc.string() }),
    );
    await fc.assert(
      fc.asyncProperty(payload, async (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(value));
        const jws = await signer.sign('muster-request', z.record(z.string(), z.unknown()).parse(sent));
        const valid = schema.safeParse(sent);
        expect(await outcome(jws)).toBe(valid.success ? valid.data.text : 'malformed');
      }),
      { numRuns: 200 },
    );
  });

  test('a value that is nested too deeply to be written again is refused', async () => {
    let value: unknown = 'x';
    for (let depth = 0; depth < 1000; depth += 1) value = [value];
    expect(await outcome(await signer.sign('muster-request', { v: 2, text: 'x', value }))).toBe('malformed');
  });

  test('a public key has one text only, so that it cannot be told under another name', () => {
    const last = signer.publicKey.slice(-1);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = signer.publicKey.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1];
    expect(PublicKey.safeParse(signer.publicKey).success).toBe(true);
    expect(PublicKey.safeParse(twin).success).toBe(false);
  });
});
