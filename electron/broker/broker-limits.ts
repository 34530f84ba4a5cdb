import { INVENTORY_LIMIT_BYTES, PRESENCE_LIMIT_BYTES } from '../../contract/wire/limits.ts';

/** Every limit of the embedded broker. Sizes in bytes, times in milliseconds unless the name says otherwise. */
export interface BrokerLimits {
  /** From the TCP connection to a complete, accepted CONNECT, TLS handshake and WebSocket upgrade included. */
  connectTimeoutMs: number;
  connectPacketBytes: number;
  /** Largest packet of an authenticated client. */
  packetBytes: number;
  /** Unsent bytes above which a client gets no more QoS 0 messages. */
  shedBytes: number;
  /** Unsent bytes above which a client is disconnected. */
  outgoingBytes: number;
  /**
   * The same for the control centre: all that is retained comes to it at once when it connects. Cut for that, it would
   * connect again, and be cut again, for ever.
   */
  controlOutgoingBytes: number;
  /** Unsent bytes of all clients together: above half of it QoS 0 is shed, above it the slowest is disconnected. */
  totalOutgoingBytes: number;
  /** Connections that have not authenticated yet. */
  pendingConnections: number;
  /** The same from one address; loopback is exempt, because many local programs share it. */
  pendingPerAddress: number;
  connections: number;
  subscriptionsPerClient: number;
  /** Persistent sessions whose subscriptions are remembered. */
  rememberedSessions: number;
  retainedMessages: number;
  retainedBytes: number;
  /** Largest retained payload of a device. */
  deviceRetainedBytes: number;
  /** Refused publishes and subscriptions in one second after which a client is disconnected. */
  deniedPerSecond: number;
  /** Longest keep-alive that a device may ask for: its silence must be noticed. */
  keepAliveMaximumSeconds: number;
  /** Heap of the worker thread; message payloads live outside of it. */
  workerHeapMb: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: BrokerLimits = {
  connectTimeoutMs: 10_000,
  // The last will is a presence message.
  connectPacketBytes: PRESENCE_LIMIT_BYTES + 4 * KIB,
  packetBytes: 512 * KIB,
  shedBytes: 4 * MIB,
  outgoingBytes: 8 * MIB,
  controlOutgoingBytes: 256 * MIB,
  totalOutgoingBytes: 512 * MIB,
  pendingConnections: 2048,
  pendingPerAddress: 256,
  connections: 12_000,
  subscriptionsPerClient: 256,
  rememberedSessions: 5000,
  retainedMessages: 50_000,
  retainedBytes: 256 * MIB,
  deviceRetainedBytes: INVENTORY_LIMIT_BYTES,
  deniedPerSecond: 100,
  keepAliveMaximumSeconds: 300,
  workerHeapMb: 1024,
};
