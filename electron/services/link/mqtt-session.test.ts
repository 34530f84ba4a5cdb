import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../test/support/poll.ts';
import { createMqttSession, type MqttSession } from './mqtt-session.ts';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const CONNECT = 1;
const SUBSCRIBE = 8;

let server: Server;
let sockets: Socket[];
let session: MqttSession;
let told: string[];

/** A broker that lets in and grants, and then answers nothing any more, like one that hangs or whose cable was pulled. */
function answer(socket: Socket, packet: Buffer): void {
  const kind = (packet[0] ?? 0) >> 4;
  if (kind === CONNECT) socket.write(CONNACK);
  // SUBACK of one filter with the number of the request.
  if (kind === SUBSCRIBE) socket.write(Buffer.from([0x90, 3, packet[2] ?? 0, packet[3] ?? 0, 0]));
}

beforeEach(async () => {
  sockets = [];
  told = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (packet) => answer(socket, packet));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  session = createMqttSession({
    access: () => ({ url: `mqtt://127.0.0.1:${port}` }),
    clientId: 'muster-control-test',
    subscriptions: ['iotm-sys/v2/#'],
    subscriptionQos: 0,
    probeTopic: 'iotm-sys/v2/site/probe',
    onMessage: () => undefined,
    onConnected: () => told.push('connected'),
    onDisconnected: (reason) => told.push(reason),
    onRoundTrip: () => undefined,
  });
  await session.start();
  await until(() => told.includes('connected'), 'the session to be connected');
});
afterEach(async () => {
  await session.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it('ends although the broker does not answer, and fails what waits for it', async () => {
  const publication = session.publish('iotm-sys/v2/site/trust', 'x', { qos: 1, retain: true });
  const outcome = expect(publication).rejects.toMatchObject({ code: 'offline' });
  await session.stop();
  await outcome;
  expect(session.connected).toBe(false);
  await until(() => sockets.every((socket) => socket.closed), 'the connection to be closed');
});

it('fails what waits when the connection breaks, and connects again by itself', async () => {
  const publication = session.publish('iotm-sys/v2/site/trust', 'x', { qos: 1 });
  const outcome = expect(publication).rejects.toMatchObject({ code: 'offline' });
  sockets[0]?.destroy();
  await outcome;
  await until(() => told.filter((line) => line === 'connected').length === 2, 'the next connection');
  await expect(session.publish('iotm-sys/v2/x', 'x', { qos: 0 })).resolves.toBeUndefined();
});
