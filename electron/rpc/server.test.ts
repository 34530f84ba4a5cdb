import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../contract/lib/errors.ts';
import type { Settings } from '../../contract/model/settings.ts';
import { createRpcClient, type RpcClient } from '../../contract/rpc/client.ts';
import type { Session } from '../../contract/rpc/contract.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { type Bench, type MakeBench, memoryBench, socketBench } from '../../test/support/rpc-benches.ts';

const settings: Settings = { operatorName: 'Ada', theme: 'dark', activeSiteId: null };
const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});

const client = (port: Port): RpcClient =>
  createRpcClient(port, (error) => {
    throw error;
  });

const closed = (port: Port): Promise<void> => new Promise((resolve) => port.onClose(resolve));

async function rejection(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, not ${String(error)}`);
}

describe.each([
  { kind: 'memory ports', makeBench: memoryBench },
  { kind: 'WebSockets', makeBench: socketBench },
])('the RPC over $kind', ({ makeBench: make }) => {
  const makeBench: MakeBench = async (...args) => {
    const bench = await make(...args);
    benches.push(bench);
    return bench;
  };

  it('answers a call with what its handler returns for the parsed input', async () => {
    const inputs: unknown[] = [];
    const bench = await makeBench({
      'audit.list': (input) => {
        inputs.push(input);
        return { entries: [] };
      },
    });
    const rpc = client(await bench.connect());
    expect(await rpc.call('audit.list', {})).toEqual({ entries: [] });
    expect(inputs).toEqual([{ limit: 100 }]);
  });

  it('hands on the code, sentence and data of an error that is meant for the caller', async () => {
    const bench = await makeBench({
      'settings.edit': () => {
        throw new AppError('no-space', 'The disk is full: free some.', { folder: '/data' });
      },
    });
    const rpc = client(await bench.connect());
    const error = await rejection(rpc.call('settings.edit', {}));
    expect(error.code).toBe('no-space');
    expect(error.message).toBe('The disk is full: free some.');
    expect(error.data).toEqual({ folder: '/data' });
    expect(bench.problems).toEqual([]);
  });

  it('keeps the text of an internal error to itself and logs it under the number that the caller sees', async () => {
    const secret = new Error('password hunter2 was wrong');
    const bench = await makeBench({
      'settings.edit': async () => {
        throw secret;
      },
    });
    const rpc = client(await bench.connect());
    const error = await rejection(rpc.call('settings.edit', {}));
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('hunter2');
    expect(bench.problems).toHaveLength(1);
    expect(bench.problems[0]?.error).toBe(secret);
    expect(bench.problems[0]?.callName).toBe('settings.edit');
    expect(error.message).toContain(bench.problems[0]?.errorId);
  });

  it('names the field of an input that is wrong', async () => {
    const bench = await makeBench({ 'settings.edit': () => settings });
    const rpc = client(await bench.connect());
    const error = await rejection(rpc.call('settings.edit', { operatorName: '' }));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain('operatorName');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'devices.explode', ''])(
    'says that there is no call %j',
    async (name) => {
      const bench = await makeBench({});
      const port = await bench.connect();
      const answer = new Promise<unknown>((resolve) => port.onFrame(resolve));
      port.send({ t: 'call', id: 7, name, input: {} });
      expect(await answer).toMatchObject({ t: 'fail', id: 7, error: { code: 'unsupported' } });
      expect(bench.problems).toEqual([]);
    },
  );

  it('refuses a role that is not enough before the handler sees the call', async () => {
    let calls = 0;
    const bench = await makeBench({
      'settings.edit': () => {
        calls += 1;
        return settings;
      },
      'audit.list': () => ({ entries: [] }),
    });
    const rpc = client(await bench.connect({ role: 'operator', actor: 'Grace' }));
    const error = await rejection(rpc.call('settings.edit', { theme: 'light' }));
    expect(error.code).toBe('denied');
    expect(error.message).toContain('operator');
    expect(calls).toBe(0);
    expect(await rpc.call('audit.list', {})).toEqual({ entries: [] });
  });

  it('sends the answer by the port that asked, and an event of one session to that one only', async () => {
    const bench = await makeBench({
      'settings.edit': (_input, session) => {
        session.emit('settings.changed', { ...settings, operatorName: session.actor });
        return { ...settings, operatorName: session.actor };
      },
    });
    const people = ['Ada', 'Grace', 'Edith'];
    const heard: string[] = [];
    await Promise.all(
      people.map(async (actor) => {
        const rpc = client(await bench.connect({ role: 'admin', actor }));
        rpc.on('settings.changed', ({ operatorName }) => heard.push(`${actor} heard ${operatorName}`));
        expect((await rpc.call('settings.edit', {})).operatorName).toBe(actor);
      }),
    );
    expect(heard.sort()).toEqual(['Ada heard Ada', 'Edith heard Edith', 'Grace heard Grace']);
  });

  it('keeps events and answers in the order in which they were sent', async () => {
    const bench = await makeBench({
      'session.start': (_input, session) => {
        for (let index = 0; index < 200; index += 1) {
          session.emit('sites.removed', { siteId: `site${String(index).padStart(6, '0')}` });
        }
        return { version: '1', host: 'headless', role: 'admin', actor: 'Ada', dataFolder: '/data' };
      },
    });
    const rpc = client(await bench.connect());
    const order: string[] = [];
    rpc.on('sites.removed', ({ siteId }) => order.push(siteId));
    await rpc.call('session.start', {});
    expect(order).toHaveLength(200);
    expect(order).toEqual([...order].sort());
  });

  it('emits to all sessions, and no longer to those that left', async () => {
    const bench = await makeBench({ 'notices.dismiss': () => ({}) });
    const [first, second] = [await bench.connect(), await bench.connect()];
    const heard: number[] = [];
    const rpcs = [client(first), client(second)];
    rpcs.forEach((rpc, index) => {
      rpc.on('session.ready', () => heard.push(index));
    });
    await Promise.all(rpcs.map((rpc) => rpc.call('notices.dismiss', { id: 'x' })));
    bench.server.emitAll('session.ready', {});
    await Promise.all(rpcs.map((rpc) => rpc.call('notices.dismiss', { id: 'x' })));
    expect(heard.sort()).toEqual([0, 1]);

    first.close();
    await expect.poll(() => bench.server.sessions().length).toBe(1);
    bench.server.emitAll('session.ready', {});
    await rpcs[1]?.call('notices.dismiss', { id: 'x' });
    expect(heard.sort()).toEqual([0, 1, 1]);
  });

  it('fails every pending call with offline when the port closes', async () => {
    const bench = await makeBench({ 'settings.edit': () => new Promise<Settings>(() => undefined) });
    const rpc = client(await bench.connect());
    const pending = [rpc.call('settings.edit', {}), rpc.call('settings.edit', {})].map(rejection);
    await expect.poll(() => bench.server.sessions().length).toBe(1);
    bench.server.closeAll();
    expect((await Promise.all(pending)).map((error) => error.code)).toEqual(['offline', 'offline']);
    expect((await rejection(rpc.call('settings.edit', {}))).code).toBe('offline');
  });

  it('tells a session’s listeners once when it ends, also those that come late, and drops late answers', async () => {
    const sessions: Session[] = [];
    const release: (() => void)[] = [];
    const ends: string[] = [];
    const bench = await makeBench({
      'settings.edit': async (_input, session) => {
        sessions.push(session);
        session.onClose(() => ends.push('early'));
        await new Promise<void>((resolve) => release.push(resolve));
        return settings;
      },
    });
    const port = await bench.connect();
    const call = rejection(client(port).call('settings.edit', {}));
    await expect.poll(() => sessions.length).toBe(1);
    port.close();
    expect((await call).code).toBe('offline');
    await expect.poll(() => ends).toEqual(['early']);
    sessions[0]?.onClose(() => ends.push('late'));
    expect(ends).toEqual(['early', 'late']);
    release[0]?.();
    sessions[0]?.emit('session.ready', {});
    await Promise.resolve();
    expect(bench.problems).toEqual([]);
  });

  it.each([
    ['no object', 17],
    ['no type', { id: 1 }],
    ['an unknown type', { t: 'shout', id: 1, name: 'x', input: {} }],
    ['a call without a number', { t: 'call', id: 'one', name: 'audit.list', input: {} }],
    ['a name of a million letters', { t: 'call', id: 1, name: 'x'.repeat(1_000_000), input: {} }],
    ['an answer, which only servers send', { t: 'ok', id: 1, output: {} }],
  ])('logs a frame with %s and closes the port', async (_what, frame) => {
    const bench = await makeBench({});
    const port = await bench.connect();
    const closing = closed(port);
    port.send(frame as never);
    await closing;
    expect(bench.problems).toHaveLength(1);
    expect(String(bench.problems[0]?.error).length).toBeLessThan(1000);
    await expect.poll(() => bench.server.sessions()).toEqual([]);
  });

  it('refuses more calls than may be under way at once and goes on serving', async () => {
    const release: (() => void)[] = [];
    const bench = await makeBench(
      {
        'settings.edit': async () => {
          await new Promise<void>((resolve) => release.push(resolve));
          return settings;
        },
      },
      3,
    );
    const rpc = client(await bench.connect());
    const calls = [1, 2, 3].map(() => rpc.call('settings.edit', {}));
    expect((await rejection(rpc.call('settings.edit', {}))).code).toBe('conflict');
    for (const go of release) go();
    expect(await Promise.all(calls)).toHaveLength(3);
  });
});
