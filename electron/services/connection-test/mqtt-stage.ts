import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type IClientOptions, type IConnackPacket, MqttClient } from 'mqtt';
import { createWebSocketStream, WebSocket } from 'ws';
import type { BrokerAddress } from './broker-address.ts';

/** What ended an attempt to start an MQTT session. */
export type SessionFailure =
  | { kind: 'refused'; code: number }
  | { kind: 'http-status'; status: number }
  | { kind: 'not-websocket'; error: Error }
  | { kind: 'closed'; error: Error | undefined; firstBytes: Buffer }
  | { kind: 'timeout' };

export interface MqttSession {
  client: MqttClient;
  connack: IConnackPacket;
}

export type SessionResult = { ok: true; session: MqttSession } | { ok: false; failure: SessionFailure };

interface SessionOptions {
  protocolVersion: 4 | 5;
  clientId: string;
  username: string | undefined;
  password: string | undefined;
}

/** Sends the CONNECT over a connection that is open and, where asked for, secure; waits for the CONNACK. */
export async function startSession(
  socket: Socket,
  address: BrokerAddress,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<SessionResult> {
  let stream: Duplex = socket;
  if (address.isWebSocket) {
    const upgraded = await upgrade(socket, address, signal);
    if ('kind' in upgraded) return { ok: false, failure: upgraded };
    stream = upgraded;
  }
  return await new Promise<SessionResult>((resolve) => {
    let lastError: Error | undefined;
    let firstBytes = Buffer.alloc(0) as Buffer;
    // How the other side begins to speak: it may be another protocol altogether. The client pipes the same stream within
    // this turn of the event loop, so neither misses anything.
    stream.once('data', (chunk: Buffer) => {
      firstBytes = Buffer.from(chunk.subarray(0, 16));
    });
    const client = new MqttClient(() => stream, clientOptions(options));
    const finish = (result: SessionResult): void => {
      signal.removeEventListener('abort', abort);
      client.removeAllListeners('connect');
      client.removeAllListeners('close');
      if (!result.ok) {
        client.end(true);
        socket.destroy();
      }
      resolve(result);
    };
    const abort = (): void => finish({ ok: false, failure: { kind: 'timeout' } });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    client.on('error', (error: Error & { code?: number | string }) => {
      lastError = error;
      if (typeof error.code === 'number')
        finish({ ok: false, failure: { kind: 'refused', code: error.code } });
    });
    client.on('connect', (connack) => finish({ ok: true, session: { client, connack } }));
    client.on('close', () =>
      finish({ ok: false, failure: { kind: 'closed', error: lastError, firstBytes } }),
    );
  });
}

function clientOptions({ protocolVersion, clientId, username, password }: SessionOptions): IClientOptions {
  const options: IClientOptions = {
    protocolVersion,
    clientId,
    clean: true,
    keepalive: 30,
    // One attempt: the stream that is handed over exists once.
    reconnectPeriod: 0,
    connectTimeout: 60_000,
    queueQoSZero: false,
    resubscribe: false,
  };
  if (username !== undefined) options.username = username;
  if (password !== undefined) options.password = password;
  return options;
}

function upgrade(
  socket: Socket,
  { host, port, path }: BrokerAddress,
  signal: AbortSignal,
): Promise<Duplex | SessionFailure> {
  return new Promise((resolve) => {
    const name = host.includes(':') ? `[${host}]` : host;
    // The scheme is ws also for wss: the connection handed over is secure already.
    const webSocket = new WebSocket(`ws://${name}:${port}${path}`, ['mqtt'], {
      createConnection: () => socket,
      perMessageDeflate: false,
    });
    const finish = (result: Duplex | SessionFailure): void => {
      signal.removeEventListener('abort', abort);
      resolve(result);
    };
    const abort = (): void => {
      finish({ kind: 'timeout' });
      webSocket.terminate();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    webSocket.once('open', () => {
      // Before anything can arrive, and with its own handling of errors.
      const stream = createWebSocketStream(webSocket);
      webSocket.removeAllListeners('unexpected-response');
      finish(stream);
    });
    webSocket.once('unexpected-response', (_request, response: IncomingMessage) => {
      response.destroy();
      socket.destroy();
      finish({ kind: 'http-status', status: response.statusCode ?? 0 });
    });
    webSocket.on('error', (error) => finish({ kind: 'not-websocket', error }));
  });
}
