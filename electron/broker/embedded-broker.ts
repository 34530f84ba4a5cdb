import { AppError } from '../../contract/lib/errors.ts';
import { createSignal } from '../../contract/lib/signal.ts';
import { type Account, accountUsername } from './account.ts';
import { type BrokerLimits, DEFAULT_LIMITS } from './broker-limits.ts';
import type { BrokerReport } from './broker-report.ts';
import {
  type BrokerThread,
  createBrokerThread,
  type StartWorker,
  startWorkerThread,
} from './broker-thread.ts';
import type { ListenerSettings, TlsIdentity } from './listener.ts';

/** `restarting`: it died and is being brought back; `detail` is a sentence for people. */
export interface BrokerState {
  state: 'running' | 'restarting' | 'stopped';
  detail: string;
}

export interface EmbeddedBrokerOptions {
  rootTopic: string;
  listeners: readonly ListenerSettings[];
  /** Needed by `mqtts` and `wss` listeners. */
  tls?: TlsIdentity;
  accounts?: readonly Account[];
  limits?: Partial<BrokerLimits>;
  /** What listens to reports and states throws: it is told here. */
  onListenerError?: (error: unknown) => void;
  workerUrl?: URL;
  startWorker?: StartWorker;
}

/** Name of the listener that every embedded broker has: plain MQTT on loopback, for the control centre's own account. */
export const INTERNAL_LISTENER = 'internal';

const RESTART_FIRST_MS = 250;
const RESTART_MAXIMUM_MS = 10_000;
/** A broker that ran this long starts its back-off anew. */
const STABLE_AFTER_MS = 60_000;

/**
 * A broker in a worker thread of its own. When the thread dies, it is started again on the same ports and with the same
 * accounts; retained messages are lost then, and whoever owns them publishes them again.
 */
export function createEmbeddedBroker(options: EmbeddedBrokerOptions) {
  const limits: BrokerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const accounts = new Map((options.accounts ?? []).map((account) => [accountUsername(account), account]));
  const reports = createSignal<BrokerReport>(options.onListenerError);
  const states = createSignal<BrokerState>(options.onListenerError);
  const internal: ListenerSettings = {
    name: INTERNAL_LISTENER,
    transport: 'mqtt',
    host: '127.0.0.1',
    port: 0,
    controlOnly: true,
  };
  let listeners: readonly ListenerSettings[] = [internal, ...options.listeners];
  let tls = options.tls;
  let ports: Record<string, number> = {};
  let thread: BrokerThread | undefined;
  let wanted = false;
  let restartTimer: NodeJS.Timeout | undefined;
  let restarting: Promise<void> | undefined;
  let failures = 0;
  let runningSinceMs = 0;

  async function launch(): Promise<void> {
    const next = createBrokerThread({
      url: options.workerUrl ?? defaultWorkerUrl(),
      data: { rootTopic: options.rootTopic, listeners, tls, accounts: [...accounts.values()], limits },
      startWorker: options.startWorker ?? startWorkerThread,
      onReport: (report) => reports.emit(report),
      onDied: (error) =>
        scheduleRestart(
          `The embedded broker stopped unexpectedly (${error.message}) and is being started again.`,
        ),
    });
    thread = next;
    ports = await next.start();
    // Chosen once, kept for as long as this broker lives: devices and the control centre know these ports.
    listeners = listeners.map((listener) => ({ ...listener, port: ports[listener.name] ?? listener.port }));
    runningSinceMs = performance.now();
  }

  function scheduleRestart(detail: string): void {
    thread = undefined;
    if (!wanted) return;
    if (performance.now() - runningSinceMs > STABLE_AFTER_MS) failures = 0;
    const delayMs =
      Math.min(RESTART_MAXIMUM_MS, RESTART_FIRST_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    restartTimer = setTimeout(() => {
      restarting = restart();
    }, delayMs);
    states.emit({ state: 'restarting', detail });
  }

  async function restart(): Promise<void> {
    try {
      await launch();
    } catch (error) {
      scheduleRestart(error instanceof Error ? error.message : String(error));
      return;
    }
    states.emit({ state: 'running', detail: '' });
  }

  return {
    reports,
    states,

    /** Resolves with the real port of each listener by name; throws a sentence that says what to do. */
    async start(): Promise<Record<string, number>> {
      if (wanted) throw new AppError('conflict', 'The embedded broker is already running.');
      const names = listeners.map((listener) => listener.name);
      if (new Set(names).size !== names.length)
        throw new AppError('invalid', 'Two listeners of the broker have the same name.');
      if (!tls && listeners.some(({ transport }) => transport === 'mqtts' || transport === 'wss'))
        throw new AppError('invalid', 'A TLS listener of the broker needs a certificate.');
      wanted = true;
      failures = 0;
      try {
        await launch();
      } catch (error) {
        wanted = false;
        thread = undefined;
        throw error;
      }
      states.emit({ state: 'running', detail: '' });
      return { ...ports };
    },

    /** Closes every connection and port and ends the thread. */
    async stop(): Promise<void> {
      if (!wanted) return;
      wanted = false;
      clearTimeout(restartTimer);
      await restarting;
      clearTimeout(restartTimer);
      await thread?.stop();
      thread = undefined;
      states.emit({ state: 'stopped', detail: '' });
    },

    /** Real ports by listener name, known after `start`. */
    ports: (): Record<string, number> => ({ ...ports }),

    /** Adds or replaces accounts. Resolves when the broker knows them; while it restarts, it will. */
    async putAccounts(list: readonly Account[]): Promise<void> {
      for (const account of list) accounts.set(accountUsername(account), account);
      await thread?.request({ type: 'put-accounts', accounts: list });
    },

    /** Removes accounts by user name and disconnects who used them. */
    async removeAccounts(usernames: readonly string[]): Promise<void> {
      for (const username of usernames) accounts.delete(username);
      await thread?.request({ type: 'remove-accounts', usernames });
    },

    /** Uses another certificate for connections from now on. */
    async setTls(identity: TlsIdentity): Promise<void> {
      tls = identity;
      await thread?.request({ type: 'set-tls', tls: identity });
    },
  };
}

/** Beside this file: the source when Node runs the sources, the bundle when it runs the bundle. */
function defaultWorkerUrl(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './broker-worker.ts' : './broker-worker.js',
    import.meta.url,
  );
}
