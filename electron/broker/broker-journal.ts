import type {
  BrokerReport,
  BrokerStatistics,
  ConnectedClient,
  DeniedAction,
  DisconnectedClient,
  Refusal,
  RefusedConnection,
} from './broker-report.ts';

type Gauges = Pick<
  BrokerStatistics,
  'clients' | 'pendingConnections' | 'outgoingBytes' | 'retainedMessages' | 'retainedBytes'
>;

interface JournalDependencies {
  send: (report: BrokerReport) => void;
  gauges: () => Gauges;
  /** Milliseconds that only go forward. */
  monotonicMs: () => number;
}

const BATCH_MS = 50;
const STATISTICS_MS = 1000;
/** Different entries of one kind in one report; more are counted in the statistics only. */
const ENTRIES_MAXIMUM = 100;
const TEXT_MAXIMUM = 200;

/**
 * Gathers what happens and reports it in batches, so that a storm of events never becomes a storm of messages between
 * threads. Repetitions become a count, texts from clients are shortened, and the number of entries is bounded.
 */
export function createBrokerJournal({ send, gauges, monotonicMs }: JournalDependencies) {
  let connected: ConnectedClient[] = [];
  let disconnected: DisconnectedClient[] = [];
  const denied = new Map<string, DeniedAction>();
  const refused = new Map<string, RefusedConnection>();
  const deniedTotals: Record<string, number> = {};
  const refusedTotals: Partial<Record<Refusal, number>> = {};
  let receivedMessages = 0;
  let receivedBytes = 0;
  let shedMessages = 0;
  let statisticsAtMs = monotonicMs();
  let batchTimer: NodeJS.Timeout | undefined;
  let statisticsTimer: NodeJS.Timeout | undefined;

  function schedule(): void {
    batchTimer ??= setTimeout(() => flush(), BATCH_MS);
  }

  function flush(statistics?: BrokerStatistics): void {
    clearTimeout(batchTimer);
    batchTimer = undefined;
    const report: BrokerReport = {
      connected,
      disconnected,
      denied: [...denied.values()],
      refused: [...refused.values()],
    };
    connected = [];
    disconnected = [];
    denied.clear();
    refused.clear();
    send(statistics ? { ...report, statistics } : report);
  }

  function measure(): BrokerStatistics {
    const now = monotonicMs();
    const seconds = Math.max(0.001, (now - statisticsAtMs) / 1000);
    const statistics: BrokerStatistics = {
      ...gauges(),
      receivedPerSecond: Math.round(receivedMessages / seconds),
      receivedBytesPerSecond: Math.round(receivedBytes / seconds),
      shedMessages,
      denied: { ...deniedTotals },
      refused: { ...refusedTotals },
    };
    statisticsAtMs = now;
    receivedMessages = 0;
    receivedBytes = 0;
    return statistics;
  }

  return {
    connected(client: ConnectedClient): void {
      connected.push(client);
      schedule();
    },
    disconnected(client: DisconnectedClient): void {
      disconnected.push(client);
      schedule();
    },
    denied(action: Omit<DeniedAction, 'count'>): void {
      deniedTotals[action.reason] = (deniedTotals[action.reason] ?? 0) + 1;
      const entry = {
        ...action,
        topic: shorten(action.topic),
        username: shorten(action.username),
        clientId: shorten(action.clientId),
      };
      add(denied, `${entry.action} ${entry.username} ${entry.topic} ${entry.reason}`, entry);
      schedule();
    },
    refused(refusal: Omit<RefusedConnection, 'count'>): void {
      refusedTotals[refusal.reason] = (refusedTotals[refusal.reason] ?? 0) + 1;
      const entry = { ...refusal, detail: shorten(refusal.detail) };
      add(refused, `${entry.reason} ${entry.remoteAddress}`, entry);
      schedule();
    },
    received(bytes: number): void {
      receivedMessages += 1;
      receivedBytes += bytes;
    },
    shed(): void {
      shedMessages += 1;
    },
    start(): void {
      statisticsTimer = setInterval(() => flush(measure()), STATISTICS_MS);
    },
    /** Sends what is left. */
    stop(): void {
      clearInterval(statisticsTimer);
      flush(measure());
    },
  };
}
export type BrokerJournal = ReturnType<typeof createBrokerJournal>;

function add<T extends { count: number }>(
  entries: Map<string, T>,
  key: string,
  entry: Omit<T, 'count'>,
): void {
  const known = entries.get(key);
  if (known) known.count += 1;
  else if (entries.size < ENTRIES_MAXIMUM) entries.set(key, { ...entry, count: 1 } as T);
}

function shorten(text: string): string {
  return text.length > TEXT_MAXIMUM ? `${text.slice(0, TEXT_MAXIMUM)}…` : text;
}
