import { expect, it } from 'vitest';
import { createDocumentOpener, createSigner, generatePrivateKey } from '../../../contract/wire/documents.ts';
import { Trust } from '../../../contract/wire/messages/site.ts';
import { until } from '../../../test/support/poll.ts';
import { createTrustPublisher } from './trust-publisher.ts';

async function startPublisher() {
  const signer = await createSigner(await generatePrivateKey());
  const sent: string[] = [];
  const errors: unknown[] = [];
  const publisher = createTrustPublisher({
    siteId: 'site1234',
    trust: { version: 3, publicKey: signer.publicKey, name: 'Ada' },
    signer: () => signer,
    send: async (jws) => void sent.push(jws),
    onError: (error) => errors.push(error),
    gatherMs: 1,
  });
  return { publisher, signer, sent, errors };
}

it('publishes once for a thousand devices that ask at the same time, and again for one that asks later', async () => {
  const { publisher, signer, sent, errors } = await startPublisher();
  for (let device = 0; device < 1_000; device += 1) publisher.soon();
  await until(() => sent.length > 0, 'the trust to be published');
  expect(sent).toHaveLength(1);
  publisher.soon();
  await until(() => sent.length > 1, 'the trust to be published again');
  expect(sent).toHaveLength(2);
  expect(errors).toEqual([]);
  const { payload } = await createDocumentOpener().open({
    jws: sent[0] ?? '',
    type: 'muster-trust',
    limitBytes: 10_000,
    schema: Trust,
    accepts: (key) => key === signer.publicKey,
  });
  expect(payload).toMatchObject({
    site: 'site1234',
    version: 3,
    operators: [{ name: 'Ada', role: 'admin' }],
  });
});

it('forgets who asked when it is stopped', async () => {
  const { publisher, sent } = await startPublisher();
  publisher.soon();
  publisher.stop();
  await publisher.publish();
  expect(sent).toHaveLength(1);
});
