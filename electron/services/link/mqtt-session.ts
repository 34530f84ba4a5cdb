import type { Duplex } from 'node:stream';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createBackOff } from './back-off.ts';

// INVARIANTS
// 1. A connection is one mqtt.js client, thrown away when it ends: what was in flight then fails with `offline`
//    and is never sent again behind our back. So no stale request can reach a device.
// 2. Clean sessions; every connection subscribes anew before `onConnected` is told.

export interface MqttAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly caPem?: string | undefined;
  readonly clientCertPem?: string | undefined;
  readonly clientKeyPem?: string | undefined;
  readonly serverName?: string | undefined;
}

export interface MqttSession extends Service {
  /** Resolves when the broker has it (QoS 1) or the socket took it (QoS 0); rejects `offline`. */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: { qos: 0 | 1; retain?: boolean },
  ): Promise<void>;
  readonly connected: boolean;
}

export interface MqttSessionOptions {
  /** Asked for at every attempt, so that changed settings or ports are used. */
  readonly access: () => MqttAccess;
  readonly clientId: string;
  readonly subscriptions: readonly string[];
  /**
   * 0 where the broker drops QoS 1 messages beyond a queue limit (Mosquitto: 1,000, of which 20 are on their way):
   * at 0 it writes them straight to the socket, and what a lost connection costs, the jobs ask for again.
   */
  readonly subscriptionQos: 0 | 1;
  readonly probeTopic: string;
  onMessage(topic: string, payload: Buffer, retained: boolean): void;
  onConnected(): void;
  /** Also told for every failed attempt. */
  onDisconnected(reason: string): void;
  /** Milliseconds from a publish to its acknowledgement, measured every quarter of a minute. */
  onRoundTrip(roundTripMs: number): void;
}

const KEEP_ALIVE_SEC = 15;
const PROBE_INTERVAL_MS = 15_000;
const END_MS = 1_000;

export function createMqttSession(options: MqttSessionOptions): MqttSession {
  const backOff = createBackOff({ baseMs: 250, capMs: 10_000 });
  let client: MqttClient | undefined;
  let connected = false;
  let stopped = true;
  let retryTimer: NodeJS.Timeout | undefined;
  let probeTimer: NodeJS.Timeout | undefined;
  /** Called when the connection ends: mqtt.js does not tell every publication that waits. */
  const waiting = new Set<(error: Error) => void>();

  function failWaiting(): void {
    const failed = [...waiting];
    waiting.clear();
    for (const fail of failed) fail(new Error('The connection ended.'));
  }

  function orEnded<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.add(reject);
      work.then(resolve, reject).finally(() => waiting.delete(reject));
    });
  }

  function connect(): void {
    if (stopped) return;
    const access = options.access();
    const current = mqtt.connect(access.url, clientOptions(access, options.clientId));
    client = current;
    let lastError = '';
    current.on('connect', () => {
      setNoDelay(current.stream);
      void subscribe(current);
    });
    current.on('message', (topic, payload, packet) => {
      if (client === current) options.onMessage(topic, payload, packet.retain);
    });
    current.on('error', (error) => {
      lastError = describeConnectionError(error, access.url);
    });
    current.on('close', () => {
      if (client !== current) return;
      client = undefined;
      clearInterval(probeTimer);
      connected = false;
      current.end(true);
      failWaiting();
      if (stopped) return;
      options.onDisconnected(lastError || 'The broker closed the connection.');
      retryTimer = setTimeout(connect, backOff.next());
    });
  }

  async function subscribe(current: MqttClient): Promise<void> {
    try {
      const granted = await current.subscribeAsync([...options.subscriptions], {
        qos: options.subscriptionQos,
      });
      const refused = granted.find((grant) => grant.qos === 128);
      if (refused) {
        throw new AppError(
          'denied',
          `The broker does not let this account read ${refused.topic}. Give it that right.`,
        );
      }
      if (client !== current || stopped) return;
      connected = true;
      backOff.reset();
      options.onConnected();
      probeTimer = setInterval(() => void probe(current), PROBE_INTERVAL_MS);
      await probe(current);
    } catch (error) {
      if (client !== current) return;
      current.emit('error', error instanceof Error ? error : new Error(String(error)));
      current.end(true);
    }
  }

  async function probe(current: MqttClient): Promise<void> {
    const startedAt = performance.now();
    try {
      await current.publishAsync(options.probeTopic, '', { qos: 1 });
      if (client === current) options.onRoundTrip(performance.now() - startedAt);
    } catch {
      // A connection that takes no probe is of no use: its end leads to the next one, and tells why.
      if (client === current) current.end(true);
    }
  }

  return {
    name: 'mqtt session',
    get connected() {
      return connected;
    },
    start() {
      stopped = false;
      connect();
    },
    async stop() {
      stopped = true;
      clearTimeout(retryTimer);
      clearInterval(probeTimer);
      const current = client;
      client = undefined;
      connected = false;
      if (current) await endClient(current);
      failWaiting();
    },
    async publish(topic, payload, { qos, retain = false }) {
      const current = client;
      if (!connected || !current?.connected) {
        throw new AppError(
          'offline',
          'There is no connection to the broker now; Muster connects again by itself.',
        );
      }
      const text = typeof payload === 'string' ? payload : Buffer.from(payload);
      try {
        await orEnded(current.publishAsync(topic, text, { qos, retain }));
      } catch (cause) {
        throw new AppError('offline', 'The connection to the broker was lost.', undefined, { cause });
      }
    },
  };
}

/** Says goodbye, but waits no longer for a broker that hangs or is out of reach: nobody could ever quit otherwise. */
async function endClient(client: MqttClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      // `end(true)` has no effect any more once an end waits for what is in flight.
      client.stream.destroy();
      resolve();
    }, END_MS);
  });
  await Promise.race([client.endAsync(!client.connected), patience]);
  clearTimeout(timer);
}

function clientOptions(access: MqttAccess, clientId: string): IClientOptions {
  const options: IClientOptions & Pick<ConnectionOptions, 'checkServerIdentity'> = {
    clientId,
    clean: true,
    protocolVersion: 4,
    keepalive: KEEP_ALIVE_SEC,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    queueQoSZero: false,
    resubscribe: false,
  };
  if (access.username !== undefined) options.username = access.username;
  if (access.password !== undefined) options.password = access.password;
  if (access.caPem !== undefined) options.ca = access.caPem;
  if (access.clientCertPem !== undefined) options.cert = access.clientCertPem;
  if (access.clientKeyPem !== undefined) options.key = access.clientKeyPem;
  const { serverName } = access;
  if (serverName !== undefined) {
    options.servername = serverName;
    // mqtt.js puts the host's name in the place of `servername`; what counts is the check.
    options.checkServerIdentity = (_host, certificate) => checkServerIdentity(serverName, certificate);
  }
  return options;
}

/** Without it a round trip on loopback takes 83 to 92 ms instead of 2 to 6. WebSockets have it from their library. */
function setNoDelay(stream: Duplex): void {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
}

/** What a failed attempt means, as a sentence. */
function describeConnectionError(error: Error & { code?: unknown }, url: string): string {
  const where = new URL(url).host;
  const code = error.code;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${where}. Is the broker running there?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The name in ${where} is not known to this network.`;
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `${where} cannot be reached.`;
  if (code === 4 || code === 5 || code === 134 || code === 135) {
    return `The broker at ${where} refuses this user and password. Correct them in the site's settings.`;
  }
  return `${where}: ${error.message}. Use “Test connection” to see which stage fails.`;
}
