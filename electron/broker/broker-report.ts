import type { Account } from './account.ts';
import type { AdmissionRefusal } from './admission.ts';
import type { StreamRefusal } from './guarded-stream.ts';
import type { HandshakeRefusal } from './listener.ts';

/** A client that has signed in. */
export interface ConnectedClient {
  /** Unique within one run of the broker. */
  connectionId: number;
  clientId: string;
  account: Account['kind'];
  username: string;
  /** Of a device account; null for the others. */
  mac: string | null;
  remoteAddress: string;
  listener: string;
  /** Unix time in milliseconds. */
  atMs: number;
}

/** Why a connection was refused or ended by the broker. */
export type Refusal =
  | AdmissionRefusal
  | HandshakeRefusal
  | StreamRefusal
  | 'bad-credentials'
  | 'token-expired'
  | 'not-allowed'
  | 'taken-over'
  | 'account-withdrawn'
  | 'denied-too-often'
  | 'keep-alive'
  | 'protocol-error';

export interface DisconnectedClient {
  connectionId: number;
  clientId: string;
  username: string;
  mac: string | null;
  /** `closed`: by the client or the network. */
  reason: Refusal | 'closed';
  atMs: number;
}

/** Something that an account may not do, with how often it tried since the last report. */
export interface DeniedAction {
  action: 'connect' | 'publish' | 'subscribe';
  username: string;
  clientId: string;
  /** Topic or filter, shortened; empty for a connect. */
  topic: string;
  reason: string;
  count: number;
}

/** Connections refused or cut since the last report. */
export interface RefusedConnection {
  reason: Refusal;
  remoteAddress: string;
  detail: string;
  count: number;
}

export interface BrokerStatistics {
  clients: number;
  pendingConnections: number;
  /** Messages from clients per second, since the last report. */
  receivedPerSecond: number;
  receivedBytesPerSecond: number;
  /** QoS 0 messages left out for slow readers since the start. */
  shedMessages: number;
  /** Unsent bytes in all sockets. */
  outgoingBytes: number;
  retainedMessages: number;
  retainedBytes: number;
  /** Actions denied and connections refused since the start, by reason. */
  denied: Record<string, number>;
  refused: Partial<Record<Refusal, number>>;
}

/** What happened in the broker, in batches; `statistics` about once a second. */
export interface BrokerReport {
  connected: ConnectedClient[];
  disconnected: DisconnectedClient[];
  denied: DeniedAction[];
  refused: RefusedConnection[];
  statistics?: BrokerStatistics;
}
