import { expect, test } from 'vitest';
import { z } from 'zod';
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
