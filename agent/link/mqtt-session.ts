import type { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
import * as clientModule from 'mqtt/lib/client';
import { AppError } from '../../contract/lib/errors.ts';
import { KEEP_ALIVE_SEC, MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { brokerFailure } from './broker-failure.ts';
import { type BrokerTls, openBrokerStream } from './broker-stream.ts';
import type { BrokerUrl } from './broker-url.ts';

// mqtt/lib/client is CommonJS whose `default` is the class: importing the whole package would load proxies and
// WebSockets that most devices never use, 1.4 MB of memory. Node and esbuild both wrap it once more.
type ClientConstructor = typeof MqttClient;
const wrapped: unknown = clientModule.default;
const Client: ClientConstructor =
  typeof wrapped === 'object' && wrapped !== null && 'default' in wrapped
    ? (wrapped.default as ClientConstructor)
    : (wrapped as ClientConstructor);

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain?: boolean;
}

export interface SessionOptions {
  readonly url: BrokerUrl;
  readonly tls: BrokerTls;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly connectTimeoutMs: number;
  /** Gives up connecting; has no effect later. */
  readonly signal?: AbortSignal;
  /** The broker gets its acknowledgement of a message only after this has settled. Must not throw. */
  readonly onMessage: (topic: string, payload: Buffer) => Promise<void>;
  /** Called once, however the connection ended after it was made. */
  readonly onClose: (reason: AppError) => void;
}

/** One connection to a broker: never reconnects, queues nothing, and ends once. */
export interface MqttSession {
  /** Settles when the broker has acknowledged (QoS 1) or the packet was handed over (QoS 0). Throws `offline`. */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
  /** QoS 1. Throws `denied` when the broker does not allow it. */
  subscribe(topics: readonly string[]): Promise<void>;
  unsubscribe(topics: readonly string[]): Promise<void>;
  /** Says goodbye, so that the broker does not send the last will. */
  end(): Promise<void>;
}

/** Connects and logs in. Throws `offline`, `denied` or `incompatible`, in words for the person at the device. */
export async function connectSession(options: SessionOptions): Promise<MqttSession> {
  const { url } = options;
  const stream = await openBrokerStream(url, options.tls);
  const client = new Client(() => stream as ReturnType<ConstructorParameters<ClientConstructor>[0]>, {
    protocolVersion: 4,
    clean: true,
    clientId: options.clientId,
    keepalive: KEEP_ALIVE_SEC,
    reschedulePings: true,
    reconnectPeriod: 0,
    connectTimeout: options.connectTimeoutMs,
    queueQoSZero: false,
    resubscribe: false,
    timerVariant: 'native',
    // Its cache of all 65,536 two-byte numbers would take 6 MB.
    writeCache: false,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    ...(options.will && {
      will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 1, retain: true },
    }),
  });
  client.handleMessage = (packet, callback) => {
    const { payload } = packet;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    options.onMessage(packet.topic, bytes).then(
      () => callback(),
      (error: Error) => callback(error),
    );
  };

  const closed = watchClose(client, stream, url);
  const giveUp = (): void => void stream.destroy();
  options.signal?.addEventListener('abort', giveUp);
  if (options.signal?.aborted) giveUp();
  try {
    await Promise.race([
      new Promise<void>((resolve) => client.once('connect', () => resolve())),
      closed.reason.then((reason) => Promise.reject(reason)),
    ]);
  } catch (error) {
    client.end(true);
    stream.destroy();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
  void closed.reason.then((reason) => {
    client.end(true);
    options.onClose(reason);
  });
  return createSession(client, closed, stream);
}

interface CloseWatch {
  readonly reason: Promise<AppError>;
  /** Rejects when the connection ends before the work is done: MQTT.js tells not every waiting call. */
  orClosed<T>(work: Promise<T>): Promise<T>;
  now(): AppError | undefined;
}

function watchClose(client: MqttClient, stream: Duplex, url: BrokerUrl): CloseWatch {
  let lastError: unknown;
  let closedWith: AppError | undefined;
  const waiting = new Set<(reason: AppError) => void>();
  const note = (error: unknown): void => {
    lastError ??= error;
  };
  stream.on('error', note);
  client.on('error', note);
  // A keep-alive without an answer closes the connection without an error.
  const reason = new Promise<AppError>((resolve) => {
    client.once('close', () => {
      closedWith = brokerFailure(lastError ?? new Error('the connection was closed'), url);
      for (const reject of waiting) reject(closedWith);
      waiting.clear();
      resolve(closedWith);
    });
  });
  return {
    reason,
    now: () => closedWith,
    orClosed: (work) =>
      new Promise((resolve, reject) => {
        if (closedWith) {
          reject(closedWith);
          return;
        }
        waiting.add(reject);
        work.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
  };
}

/** How long a broker may take to say goodbye. */
const END_MS = 1_000;

function createSession(client: MqttClient, closed: CloseWatch, stream: Duplex): MqttSession {
  return {
    async publish(topic, payload, { qos, retain = false }) {
      const gone = closed.now();
      if (gone) throw gone;
      if (Buffer.byteLength(payload) > MESSAGE_LIMIT_BYTES) {
        throw new AppError('too-large', `A message has more than ${MESSAGE_LIMIT_BYTES} bytes.`);
      }
      await closed.orClosed(
        new Promise<void>((resolve, reject) => {
          client.publish(topic, payload, { qos, retain }, (error) => {
            if (error)
              reject(new AppError('offline', 'The message was not sent.', undefined, { cause: error }));
            else resolve();
          });
        }),
      );
    },
    async subscribe(topics) {
      const refused = await closed.orClosed(
        new Promise<string[]>((resolve, reject) => {
          client.subscribe([...topics], { qos: 1 }, (error, granted) => {
            // MQTT.js also reports a refused topic (128) as an error; which one, only the grants tell.
            const refusedTopics = (granted ?? []).filter(({ qos }) => qos === 128).map(({ topic }) => topic);
            if (error && refusedTopics.length === 0) reject(error);
            else resolve(refusedTopics);
          });
        }),
      );
      if (refused.length > 0) {
        throw new AppError(
          'denied',
          `The broker does not let this device subscribe to ${refused.join(', ')}. Check the broker’s access rules.`,
        );
      }
    },
    unsubscribe: (topics) =>
      closed.orClosed(
        new Promise<void>((resolve, reject) => {
          client.unsubscribe([...topics], (error) => (error ? reject(error) : resolve()));
        }),
      ),
    end: () =>
      new Promise<void>((resolve) => {
        if (closed.now()) {
          resolve();
          return;
        }
        const timer = setTimeout(() => {
          stream.destroy();
          resolve();
        }, END_MS);
        client.end(false, () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
