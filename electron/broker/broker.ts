import { createAccessRules } from './access-rules.ts';
import { createAccountBook } from './account.ts';
import { createAdmission } from './admission.ts';
import { createBrokerJournal } from './broker-journal.ts';
import type { BrokerReport } from './broker-report.ts';
import { createListener, type Listener } from './listener.ts';
import { createMqttSessions } from './mqtt-sessions.ts';
import { createOutgoingBudget } from './outgoing-budget.ts';
import { createSessionRegistry } from './session-registry.ts';
import { createSessionStore } from './session-store.ts';
import type { BrokerWorkerData } from './worker-messages.ts';

interface BrokerDependencies extends BrokerWorkerData {
  onReport: (report: BrokerReport) => void;
  /** Something broke inside; the broker should be started anew. */
  onFatal: (error: Error) => void;
}

/** The whole broker, in the thread that calls it. `start` resolves with the real port of each listener by name. */
export function createBroker(dependencies: BrokerDependencies) {
  const { limits, rootTopic } = dependencies;
  const now = (): number => Date.now();
  const accounts = createAccountBook({ now });
  const store = createSessionStore(limits);
  const budget = createOutgoingBudget(limits);
  const rules = createAccessRules({
    rootTopic,
    deviceRetainedBytes: limits.deviceRetainedBytes,
    keepAliveMaximumSeconds: limits.keepAliveMaximumSeconds,
  });
  const journal = createBrokerJournal({
    send: dependencies.onReport,
    monotonicMs: () => performance.now(),
    gauges: () => {
      const retained = store.retainedSize();
      return {
        clients: registry.openSessions(),
        pendingConnections: admission.pendingConnections(),
        outgoingBytes: budget.totalBytes(),
        retainedMessages: retained.messages,
        retainedBytes: retained.bytes,
      };
    },
  });
  const admission = createAdmission({
    limits,
    onRefused: (reason, remoteAddress) => journal.refused({ reason, remoteAddress, detail: '' }),
  });
  const registry = createSessionRegistry({ accounts, journal, deniedPerSecond: limits.deniedPerSecond, now });
  const sessions = createMqttSessions({ accounts, rules, limits, budget, store, registry, journal });
  const listeners: Listener[] = dependencies.listeners.map((settings) =>
    createListener({
      settings,
      tls: dependencies.tls,
      packetBytes: limits.packetBytes,
      handshakeTimeoutMs: limits.connectTimeoutMs,
      admission,
      onConnection: (connection) => sessions.handle(connection, settings),
      onHandshakeFailed: (reason, remoteAddress, detail) =>
        journal.refused({ reason, remoteAddress, detail }),
    }),
  );

  async function start(): Promise<Record<string, number>> {
    accounts.put(dependencies.accounts);
    await sessions.start(dependencies.onFatal);
    const ports: Record<string, number> = {};
    const open: Listener[] = [];
    try {
      for (const listener of listeners) {
        ports[listener.name] = await listener.start();
        open.push(listener);
      }
    } catch (error) {
      await Promise.all(open.map((listener) => listener.stop()));
      await sessions.stop();
      throw error;
    }
    journal.start();
    return ports;
  }

  async function stop(): Promise<void> {
    await sessions.stop();
    await Promise.all(listeners.map((listener) => listener.stop()));
    journal.stop();
  }

  return {
    start,
    stop,
    putAccounts(list: Parameters<typeof accounts.put>[0]): void {
      accounts.put(list);
      registry.endWithdrawn();
    },
    removeAccounts(usernames: readonly string[]): void {
      accounts.remove(usernames);
      registry.endWithdrawn();
    },
    setTls(tls: Parameters<Listener['setTls']>[0]): void {
      for (const listener of listeners) listener.setTls(tls);
    },
  };
}
