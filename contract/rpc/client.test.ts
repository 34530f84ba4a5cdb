import { expect, test } from 'vitest';
import type { AppError } from '../lib/errors.ts';
import { createRpcClient } from './client.ts';
import { createMemoryPorts } from './memory-port.ts';
import type { Frame, Port } from './port.ts';

/** A client with a server that a test plays by hand. */
function setUp() {
  const [near, far] = createMemoryPorts();
  const errors: unknown[] = [];
  const client = createRpcClient(near, (error) => void errors.push(error));
  const calls: Extract<Frame, { t: 'call' }>[] = [];
  let wake: () => void = () => undefined;
  far.onFrame((frame) => {
    calls.push(frame as Extract<Frame, { t: 'call' }>);
    wake();
  });
  const called = async (count: number): Promise<void> => {
    while (calls.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { client, far, calls, called, errors };
}
const dismissed = { id: 'n' };

test('answers reach their calls, in whatever order they come', async () => {
  const { client, far, calls, called } = setUp();
  const first = client.call('audit.verify', {});
  const second = client.call('audit.verify', {});
  await called(2);
  expect(calls.map(({ name }) => name)).toEqual(['audit.verify', 'audit.verify']);
  far.send({ t: 'ok', id: calls[1]!.id, output: { entries: 2, brokenAtSeq: null } });
  far.send({ t: 'ok', id: calls[0]!.id, output: { entries: 1, brokenAtSeq: null } });
  expect(await first).toMatchObject({ entries: 1 });
  expect(await second).toMatchObject({ entries: 2 });
});

test('a failure comes as an AppError with all that was said', async () => {
  const { client, far, calls, called } = setUp();
  const call = client.call('notices.dismiss', dismissed);
  await called(1);
  const error = { code: 'conflict' as const, message: 'No.', data: { a: 1 } };
  far.send({ t: 'fail', id: calls[0]!.id, error });
  await expect(call).rejects.toMatchObject(error);
});

test('answers that nobody waits for and frames that make no sense are passed over', async () => {
  const { client, far, calls, called } = setUp();
  const call = client.call('notices.dismiss', dismissed);
  await called(1);
  far.send({ t: 'ok', id: 99, output: {} });
  const nonsense: unknown[] = [
    undefined,
    null,
    7,
    'x',
    {},
    { t: 'ok' },
    { t: 'new', id: 1 },
    { t: 'event', name: { length: {} } },
  ];
  for (const frame of nonsense) far.send(frame as Frame);
  far.send({ t: 'ok', id: calls[0]!.id, output: {} });
  far.send({ t: 'ok', id: calls[0]!.id, output: { late: true } });
  expect(await call).toEqual({});
});

test('when the port closes, calls under way fail and later ones are refused', async () => {
  const { client, far, called } = setUp();
  const closed: string[] = [];
  client.onClose(() => void closed.push('x'));
  const call = client.call('notices.dismiss', dismissed);
  await called(1);
  far.close();
  await expect(call).rejects.toMatchObject({ code: 'offline' });
  await expect(client.call('notices.dismiss', dismissed)).rejects.toMatchObject({ code: 'offline' });
  expect(closed).toEqual(['x']);
});

test('a call that the port cannot carry fails with the reason and is forgotten', async () => {
  const broken: Port = {
    send() {
      throw new TypeError('could not be cloned');
    },
    onFrame: () => () => undefined,
    onClose: () => () => undefined,
    close: () => undefined,
  };
  const client = createRpcClient(broken, () => undefined);
  const error: AppError = await client.call('notices.dismiss', dismissed).then(
    () => expect.unreachable(),
    (reason: AppError) => reason,
  );
  expect(error).toMatchObject({ code: 'internal' });
  expect(error.message).toContain('could not be cloned');
});

test('events go to those who listen for their name, until they stop', async () => {
  const { client, far, calls, called, errors } = setUp();
  const heard: unknown[] = [];
  const stop = client.on('notices.changed', ({ notices }) => void heard.push(notices));
  client.on('session.ready', () => {
    throw new Error('a fault in a listener');
  });
  far.send({ t: 'event', name: 'notices.changed', body: { notices: [] } });
  far.send({ t: 'event', name: 'from.the.future', body: {} });
  far.send({ t: 'event', name: '__proto__', body: {} });
  far.send({ t: 'event', name: 'session.ready', body: {} });
  const call = client.call('notices.dismiss', dismissed); // ordered behind the events
  await called(1);
  far.send({ t: 'ok', id: calls[0]!.id, output: {} });
  await call;
  stop();
  far.send({ t: 'event', name: 'notices.changed', body: { notices: ['unheard'] } });
  const again = client.call('notices.dismiss', dismissed);
  await called(2);
  far.send({ t: 'ok', id: calls[1]!.id, output: {} });
  await again;
  expect(heard).toEqual([[]]);
  expect(errors).toEqual([new Error('a fault in a listener')]);
});

test('listening for an event that there is not is a fault that shows at once', () => {
  const { client } = setUp();
  expect(() => client.on('no.such' as 'session.ready', () => undefined)).toThrow(
    'There is no event no.such.',
  );
});
