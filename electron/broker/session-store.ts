import { Readable } from 'node:stream';

/** The parts of an aedes packet that are kept. */
export interface StoredPacket {
  topic: string;
  payload: Uint8Array;
  [field: string]: unknown;
}

interface StoredSubscription {
  topic: string;
  qos: number;
}

interface StoreLimits {
  retainedMessages: number;
  retainedBytes: number;
  rememberedSessions: number;
  subscriptionsPerClient: number;
}

interface SessionOwner {
  id: string;
}

/**
 * What aedes calls its persistence, bounded and in memory. Invariants:
 * - Retained messages are found by their topic without looking at the others, and never exceed the limits.
 * - A persistent session is remembered by its subscriptions only. No message is ever queued for a client that is
 *   away: commands wait in the control centre, which knows whether they still should run.
 * - Of a QoS 2 message on its way in only the number is kept, because that is all that telling a repetition takes.
 */
export function createSessionStore(limits: StoreLimits) {
  const retained = new Map<string, StoredPacket>();
  let retainedBytes = 0;
  // The session that was used last is the last one, so the first is the one to forget.
  const sessions = new Map<string, Map<string, StoredSubscription>>();
  const incoming = new Map<string, Set<number>>();

  /** False when storing this retained message would exceed a limit. Clearing and replacing by less always fits. */
  function hasRoomFor(topic: string, payloadBytes: number): boolean {
    if (payloadBytes === 0) return true;
    const before = retained.get(topic);
    const bytesAfter = retainedBytes + payloadBytes - (before?.payload.length ?? 0);
    return (
      bytesAfter <= limits.retainedBytes && (before !== undefined || retained.size < limits.retainedMessages)
    );
  }

  function* retainedFor(filters: readonly string[]): Generator<StoredPacket> {
    for (const filter of filters) {
      if (!filter.includes('+') && !filter.includes('#')) {
        const packet = retained.get(filter);
        if (packet) yield packet;
        continue;
      }
      const levels = filter.split('/');
      for (const packet of retained.values()) if (topicMatches(levels, packet.topic)) yield packet;
    }
  }

  return {
    hasRoomFor,
    retainedSize: () => ({ messages: retained.size, bytes: retainedBytes }),

    // From here on: the interface that aedes calls. It insists on promises.
    setup: async (): Promise<void> => undefined,
    destroy: async (): Promise<void> => {
      retained.clear();
      sessions.clear();
      incoming.clear();
    },

    async storeRetained(packet: StoredPacket): Promise<void> {
      if (!hasRoomFor(packet.topic, packet.payload.length)) return;
      retainedBytes -= retained.get(packet.topic)?.payload.length ?? 0;
      retained.delete(packet.topic);
      if (packet.payload.length === 0) return;
      // A copy: the payload is a slice of the whole chunk that the socket read, which would stay in memory with it.
      const payload = Buffer.allocUnsafeSlow(packet.payload.length);
      payload.set(packet.payload);
      retained.set(packet.topic, { ...packet, payload });
      retainedBytes += packet.payload.length;
    },
    createRetainedStream: (filter: string) => Readable.from(retainedFor([filter])),
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retainedFor(filters)),

    async addSubscriptions(
      client: SessionOwner,
      subscriptions: readonly StoredSubscription[],
    ): Promise<void> {
      const session = sessions.get(client.id) ?? new Map<string, StoredSubscription>();
      for (const subscription of subscriptions) {
        if (session.size < limits.subscriptionsPerClient)
          session.set(subscription.topic, { ...subscription });
      }
      sessions.delete(client.id);
      sessions.set(client.id, session);
      for (const oldest of sessions.keys()) {
        if (sessions.size <= limits.rememberedSessions) break;
        sessions.delete(oldest);
      }
    },
    async removeSubscriptions(client: SessionOwner, topics: readonly string[]): Promise<void> {
      const session = sessions.get(client.id);
      for (const topic of topics) session?.delete(topic);
      if (session?.size === 0) sessions.delete(client.id);
    },
    async subscriptionsByClient(client: SessionOwner): Promise<StoredSubscription[]> {
      return [...(sessions.get(client.id)?.values() ?? [])];
    },
    async cleanSubscriptions(client: SessionOwner): Promise<void> {
      sessions.delete(client.id);
    },
    // Whom to queue a message for: nobody.
    subscriptionsByTopic: async (): Promise<never[]> => [],
    countOffline: async () => ({ subsCount: 0, clientsCount: sessions.size }),

    outgoingEnqueue: async (): Promise<void> => undefined,
    outgoingEnqueueCombi: async (): Promise<void> => undefined,
    outgoingUpdate: async (): Promise<void> => undefined,
    outgoingClearMessageId: async (): Promise<undefined> => undefined,
    outgoingStream: () => Readable.from([]),

    async incomingStorePacket(client: SessionOwner, packet: { messageId: number }): Promise<void> {
      const numbers = incoming.get(client.id) ?? new Set<number>();
      incoming.set(client.id, numbers.add(packet.messageId));
    },
    async incomingGetPacket(
      client: SessionOwner,
      packet: { messageId: number },
    ): Promise<{ messageId: number }> {
      if (!incoming.get(client.id)?.has(packet.messageId)) throw new Error('no such packet');
      return packet;
    },
    async incomingDelPacket(client: SessionOwner, packet: { messageId: number }): Promise<void> {
      if (!incoming.get(client.id)?.delete(packet.messageId)) throw new Error('no such packet');
    },
    async cleanIncoming(client: SessionOwner): Promise<void> {
      incoming.delete(client.id);
    },

    // Last wills live on the connection itself; storing them serves clusters of brokers only.
    putWill: async (): Promise<void> => undefined,
    getWill: async (): Promise<undefined> => undefined,
    delWill: async (): Promise<undefined> => undefined,
    streamWill: () => Readable.from([]),
    getClientList: () => Readable.from([]),
  };
}
export type SessionStore = ReturnType<typeof createSessionStore>;

/** MQTT 3.1.1 §4.7: `#` also stands for its parent level, and no leading wildcard for topics that begin with `$`. */
export function topicMatches(filterLevels: readonly string[], topic: string): boolean {
  const levels = topic.split('/');
  if (topic.startsWith('$') && (filterLevels[0] === '+' || filterLevels[0] === '#')) return false;
  for (let index = 0; index < filterLevels.length; index += 1) {
    const expected = filterLevels[index];
    if (expected === '#') return true;
    if (index >= levels.length) return false;
    if (expected !== '+' && expected !== levels[index]) return false;
  }
  return filterLevels.length === levels.length;
}
