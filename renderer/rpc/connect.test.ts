import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../contract/lib/errors.ts';
import { createMemoryPorts } from '../../contract/rpc/memory-port.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { createRpcServer } from '../../electron/rpc/server.ts';
import { until } from '../../test/support/poll.ts';
import { stubHandlers } from '../../test/support/stub-handlers.ts';
import { createConnection } from './connect.ts';

const session = {
  version: '0.1.0',
  host: 'headless',
  role: 'admin',
  actor: 'Anna',
  dataFolder: '/data',
} as const;

/** A control centre that can go away and come back. */
function startCentre() {
  const server = createRpcServer({
    handlers: stubHandlers({
      'session.start': (_input, { emit }) => {
        emit('session.ready', {});
        return session;
      },
      'demo.stop': () => new Promise(() => undefined),
    }),
    onProblem: () => undefined,
  });
  const state = { up: true, attempts: 0 };
  const openPort = async (): Promise<Port> => {
    state.attempts += 1;
    if (!state.up) throw new AppError('offline', 'The control centre does not answer.');
    const [near, far] = createMemoryPorts();
    server.attach(far, { role: 'admin', actor: 'Anna' });
    return near;
  };
  const connection = createConnection({ openPort, onListenerError: vi.fn(), random: () => 0 });
  return { server, state, connection };
}

const started: { stop(): void }[] = [];
afterEach(() => {
  for (const connection of started.splice(0)) connection.stop();
});

describe('the connection to the control centre', () => {
  it('starts a session and hears its events', async () => {
    const { connection } = startCentre();
    started.push(connection);
    const ready = vi.fn();
    connection.client.on('session.ready', ready);
    connection.start();
    await until(() => connection.status.getState().phase === 'connected', 'a session');
    expect(connection.status.getState().session?.actor).toBe('Anna');
    expect(ready).toHaveBeenCalledTimes(1);
  });

  it('connects again with the same listeners, as a new session', async () => {
    const { connection, server, state } = startCentre();
    started.push(connection);
    const ready = vi.fn();
    connection.client.on('session.ready', ready);
    connection.start();
    await until(() => connection.status.getState().phase === 'connected', 'a session');
    state.up = false;
    server.closeAll();
    await until(() => connection.status.getState().attempts > 2, 'attempts');
    expect(connection.status.getState()).toMatchObject({
      phase: 'lost',
      problem: 'The control centre does not answer.',
    });
    state.up = true;
    await until(() => connection.status.getState().phase === 'connected', 'a session');
    expect(connection.status.getState().generation).toBe(2);
    expect(ready).toHaveBeenCalledTimes(2);
  });

  it('fails calls under way and calls in between with offline', async () => {
    const { connection, server, state } = startCentre();
    started.push(connection);
    connection.start();
    await until(() => connection.status.getState().phase === 'connected', 'a session');
    const pending = connection.client.call('demo.stop', {});
    state.up = false;
    server.closeAll();
    await expect(pending).rejects.toMatchObject({ code: 'offline' });
    await expect(connection.client.call('demo.stop', {})).rejects.toMatchObject({ code: 'offline' });
  });

  it('does not hear for a listener that was let go', async () => {
    const { connection, server } = startCentre();
    started.push(connection);
    const ready = vi.fn();
    const off = connection.client.on('session.ready', ready);
    connection.start();
    await until(() => connection.status.getState().phase === 'connected', 'a session');
    off();
    server.closeAll();
    await until(() => connection.status.getState().generation === 2, 'a second session');
    expect(ready).toHaveBeenCalledTimes(1);
  });

  it('tries nothing more once it was stopped', async () => {
    const { connection, state } = startCentre();
    state.up = false;
    connection.start();
    await until(() => state.attempts > 0, 'an attempt');
    connection.stop();
    const { attempts } = state;
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.attempts).toBe(attempts);
  });
});
