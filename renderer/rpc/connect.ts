import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError, toErrorBody } from '../../contract/lib/errors.ts';
import type { Unsubscribe } from '../../contract/lib/signal.ts';
import { createRpcClient, type RpcClient } from '../../contract/rpc/client.ts';
import type { SessionInfo } from '../../contract/rpc/contract/session.ts';
import type { Port } from '../../contract/rpc/port.ts';

/** Whether the control centre answers. `generation` counts the sessions, so that watches can be renewed. */
export interface ConnectionStatus {
  phase: 'connecting' | 'connected' | 'lost';
  sinceMs: number;
  /** Failed attempts since the last session. */
  attempts: number;
  generation: number;
  session: SessionInfo | null;
  /** Why the last attempt failed, or empty. */
  problem: string;
}

export interface Connection {
  /** Stays the same over reconnects; its listeners are kept, its calls fail with `offline` in between. */
  readonly client: RpcClient;
  readonly status: StoreApi<ConnectionStatus>;
  start(): void;
  stop(): void;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;

/** Keeps a session with the control centre: `session.start` on every connect, jittered back-off in between. */
export function createConnection(options: {
  openPort: () => Promise<Port>;
  onListenerError: (error: unknown) => void;
  random?: () => number;
}): Connection {
  const { openPort, onListenerError, random = Math.random } = options;
  const status = createStore<ConnectionStatus>(() => ({
    phase: 'connecting',
    sinceMs: Date.now(),
    attempts: 0,
    generation: 0,
    session: null,
    problem: '',
  }));
  const subscriptions = new Set<{ attach(client: RpcClient): void; detach(): void }>();
  const closeListeners = new Set<() => void>();
  let current: RpcClient | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;

  async function connect(): Promise<void> {
    try {
      const inner = createRpcClient(await openPort(), onListenerError);
      if (!running) return inner.close();
      current = inner;
      for (const subscription of subscriptions) subscription.attach(inner);
      inner.onClose(() => lose(inner, ''));
      const session = await inner.call('session.start', {});
      status.setState((old) => ({
        phase: 'connected',
        sinceMs: Date.now(),
        attempts: 0,
        generation: old.generation + 1,
        session,
        problem: '',
      }));
    } catch (error) {
      lose(current, toErrorBody(error).message);
    }
  }

  function lose(inner: RpcClient | undefined, problem: string): void {
    if (!running || inner !== current || timer !== undefined) return;
    current = undefined;
    inner?.close();
    for (const listener of [...closeListeners]) listener();
    const { phase, attempts, sinceMs } = status.getState();
    status.setState({
      phase: phase === 'connecting' ? 'connecting' : 'lost',
      sinceMs: phase === 'connected' ? Date.now() : sinceMs,
      attempts: attempts + 1,
      problem,
    });
    const ceilingMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempts, 10));
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, random() * ceilingMs);
  }

  const client: RpcClient = {
    call(name, input) {
      if (current) return current.call(name, input);
      return Promise.reject(
        new AppError('offline', 'There is no connection to the control centre. It is tried again by itself.'),
      );
    },
    on(name, listener) {
      let unsubscribe: Unsubscribe | undefined;
      const subscription = {
        attach(inner: RpcClient) {
          unsubscribe = inner.on(name, listener);
        },
        detach() {
          unsubscribe?.();
        },
      };
      subscriptions.add(subscription);
      if (current) subscription.attach(current);
      return () => {
        subscriptions.delete(subscription);
        subscription.detach();
      };
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close: () => current?.close(),
  };

  return {
    client,
    status,
    start() {
      if (running) return;
      running = true;
      void connect();
    },
    stop() {
      running = false;
      clearTimeout(timer);
      timer = undefined;
      current?.close();
      current = undefined;
    },
  };
}
