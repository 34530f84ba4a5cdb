import type { Socket } from 'node:net';
import { connectAsync, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { until } from './poll.ts';

/** A message as a test client received it. */
export interface ReceivedMessage {
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
}

/** A real MQTT.js session for tests: connects once, never reconnects by itself, collects what it receives. */
export async function openMqttClient(url: string, options: IClientOptions = {}) {
  const client: MqttClient = await connectAsync(url, {
    reconnectPeriod: 0,
    connectTimeout: 5000,
    keepalive: 20,
    queueQoSZero: false,
    ...options,
  });
  // A connection cut by the broker emits an error that the tests look for elsewhere.
  client.on('error', () => client.end(true));
  const socket = client.stream as unknown as Socket;
  if (typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
  const messages: ReceivedMessage[] = [];
  client.on('message', (topic: string, payload: Buffer, packet: IPublishPacket) => {
    messages.push({ topic, payload, qos: packet.qos, retain: packet.retain });
  });
  let isClosed = false;
  client.on('close', () => {
    isClosed = true;
  });

  return {
    client,
    messages,
    isClosed: () => isClosed,
    topics: () => messages.map(({ topic }) => topic),
    publish: (
      topic: string,
      payload: string | Buffer = 'x',
      publishOptions: { qos?: 0 | 1 | 2; retain?: boolean } = {},
    ) => client.publishAsync(topic, payload, { qos: 1, ...publishOptions }),
    /** Granted QoS by filter; 128 is a refusal. */
    subscribe(...filters: string[]): Promise<number[]> {
      return new Promise((resolve, reject) => {
        client.subscribe(filters, { qos: 1 }, (error, granted, packet) => {
          // With a refused filter MQTT.js reports an error and hands over the SUBACK; its type of it is too wide.
          if (packet?.cmd === 'suback') resolve((packet as { granted: unknown[] }).granted.map(Number));
          else if (granted) resolve(granted.map(({ qos }) => qos));
          else reject(error ?? new Error('no SUBACK'));
        });
      });
    },
    /** Ends the connection with a DISCONNECT. */
    async close(): Promise<void> {
      await client.endAsync(isClosed);
    },
    /** Ends the connection as a power cut would, without a word. */
    async kill(): Promise<void> {
      client.stream.destroy();
      await until(() => isClosed, 'the end of the connection');
    },
  };
}
export type TestMqttClient = Awaited<ReturnType<typeof openMqttClient>>;

/** The CONNACK code of a refused connection, or what else went wrong; `connected` when it was not refused. */
export async function refusalOf(url: string, options: IClientOptions = {}): Promise<number | string> {
  try {
    const session = await openMqttClient(url, options);
    await session.close();
    return 'connected';
  } catch (error) {
    const { code, message } = error as { code?: number | string; message: string };
    return code ?? message;
  }
}
