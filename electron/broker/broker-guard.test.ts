import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { OTHER_MAC, startTestBroker, TEST_MAC, type TestBroker } from '../../test/support/broker.ts';
import { until } from '../../test/support/poll.ts';

const MIB = 1024 * 1024;

describe('the guard in front of the embedded broker', () => {
  let site: TestBroker | undefined;
  let sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await site?.stop();
  });

  async function start(limits: Parameters<typeof startTestBroker>[0] = {}): Promise<TestBroker> {
    site = await startTestBroker(limits);
    return site;
  }

  async function rawSocket(port = site?.ports.mqtt): Promise<Socket & { isClosed: () => boolean }> {
    const socket = connect(port ?? 0, '127.0.0.1');
    sockets.push(socket);
    let closed = false;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      closed = true;
    });
    socket.resume();
    await once(socket, 'connect');
    return Object.assign(socket, { isClosed: () => closed });
  }

  function connectPacket(broker: TestBroker, changes: object = {}): Buffer {
    const { username, password, clientId } = broker.credentialsOf(TEST_MAC);
    return generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 20,
      clientId,
      username,
      password: Buffer.from(password),
      ...changes,
    } satisfies Packet);
  }

  it('cuts a CONNECT that claims 256 MB at its header and does not collect what is sent', async () => {
    const broker = await start();
    const socket = await rawSocket();
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    const junk = Buffer.alloc(MIB);
    for (let index = 0; index < 64 && !socket.isClosed(); index += 1) socket.write(junk);
    await until(() => socket.isClosed(), 'the cut');
    await broker.refusedAs('connect-too-large');
    expect(socket.bytesWritten).toBeLessThan(16 * MIB);
  });

  it.each([
    ['not-mqtt', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['tls-on-plain-port', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00])],
    ['not-mqtt', Buffer.from([0x30, 0x05, 0, 1, 0x41, 1, 2])],
  ])('cuts a first packet that is no CONNECT as %s', async (reason, bytes) => {
    const broker = await start();
    const socket = await rawSocket();
    socket.write(bytes);
    await until(() => socket.isClosed(), 'the cut');
    await broker.refusedAs(reason);
  });

  it('cuts who sends a CONNECT byte by byte when the time is up, and also who never shakes hands', async () => {
    const broker = await start({ limits: { connectTimeoutMs: 300 } });
    const slow = await rawSocket();
    const silentTls = await rawSocket(broker.ports.mqtts);
    const silentWebSocket = await rawSocket(broker.ports.ws);
    const bytes = connectPacket(broker);
    let at = 0;
    const timer = setInterval(() => {
      if (!slow.isClosed() && at < bytes.length - 1) slow.write(bytes.subarray(at, at + 1));
      at += 1;
    }, 20);
    await until(() => slow.isClosed() && silentTls.isClosed() && silentWebSocket.isClosed(), 'all cuts');
    clearInterval(timer);
    await broker.refusedAs('connect-timeout');
  });

  it('serves devices while 1,000 idle sockets are open, and gets rid of them', async () => {
    const broker = await start({ limits: { connectTimeoutMs: 1500, pendingConnections: 600 } });
    const idle = await Promise.all(Array.from({ length: 1000 }, () => rawSocket()));
    const console = await broker.openControl();
    await console.subscribe(broker.topic('device/+/metrics'));
    const device = await broker.openDevice();
    await device.publish(broker.topic(`device/${TEST_MAC}/metrics`), 'alive');
    await until(() => console.messages.length === 1, 'the message');
    await broker.refusedAs('pending-limit');
    await until(() => idle.every((socket) => socket.isClosed()), 'the end of all idle sockets', 10_000);
    expect(device.isClosed()).toBe(false);
  });

  it('refuses more connections than allowed, but never the control centre', async () => {
    const broker = await start({ limits: { connections: 2 } });
    await broker.openDevice();
    await broker.openDevice(OTHER_MAC);
    const third = await rawSocket();
    await until(() => third.isClosed(), 'the refusal');
    await broker.refusedAs('connection-limit');
    await broker.openControl();
  });

  it('holds back what follows the CONNECT until the client has been accepted', async () => {
    const broker = await start();
    const console = await broker.openControl();
    await console.subscribe(broker.topic('device/+/metrics'));
    const publish = (text: string): Buffer =>
      generate({
        cmd: 'publish',
        topic: broker.topic(`device/${TEST_MAC}/metrics`),
        payload: text,
        qos: 0,
        dup: false,
        retain: false,
      });
    const wrong = await rawSocket();
    wrong.write(
      Buffer.concat([connectPacket(broker, { password: Buffer.from('wrong') }), publish('smuggled')]),
    );
    await until(() => wrong.isClosed(), 'the refusal');
    const right = await rawSocket();
    // Far more packets than aedes would keep of an unknown client.
    right.write(
      Buffer.concat([
        connectPacket(broker),
        ...Array.from({ length: 200 }, (_value, index) => publish(String(index))),
      ]),
    );
    await until(() => console.messages.length >= 200, 'all messages');
    expect(console.messages.map(({ payload }) => Number(payload.toString()))).toEqual(
      Array.from({ length: 200 }, (_value, index) => index),
    );
  });

  it('cuts a packet above the limit at its header, on every transport', async () => {
    const broker = await start({ limits: { packetBytes: 100_000 } });
    for (const name of ['mqtt', 'mqtts', 'ws', 'wss']) {
      const device = await broker.open(broker.url(name), {
        ...broker.credentialsOf(TEST_MAC),
        ...broker.trusting,
      });
      await device.publish(broker.topic(`device/${TEST_MAC}/job/j1`), Buffer.alloc(99_000));
      device.client.publish(broker.topic(`device/${TEST_MAC}/job/j1`), Buffer.alloc(100_001), { qos: 1 });
      await until(() => device.isClosed(), `the cut on ${name}`);
    }
    await until(
      () => broker.seen.disconnected.filter(({ reason }) => reason === 'packet-too-large').length >= 2,
      'the reports',
    );
  });

  it('cuts garbage after the CONNECT', async () => {
    const broker = await start();
    const socket = await rawSocket();
    socket.write(connectPacket(broker));
    await until(() => broker.seen.connected.length === 1, 'the session');
    socket.write(Buffer.from([0xf0, 0x00]));
    await until(() => socket.isClosed(), 'the cut');
    await broker.refusedAs('malformed-packet');
    const second = await rawSocket();
    second.write(connectPacket(broker));
    await until(() => broker.seen.connected.length === 2, 'the second session');
    second.write(Buffer.from([0x32, 0x03, 0xff, 0xff, 0x41]));
    await until(() => second.isClosed(), 'the second cut');
    await broker.refusedAs('protocol-error');
  });

  it('leaves out QoS 0 for a slow reader, cuts it above the limit, and lets the others go on', async () => {
    const broker = await start({ limits: { shedBytes: 2 * MIB, outgoingBytes: 4 * MIB } });
    const slow = await rawSocket();
    slow.write(connectPacket(broker));
    slow.write(
      generate({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [
          { topic: broker.topic('blob/+/+'), qos: 1 },
          { topic: broker.topic('all/request'), qos: 1 },
        ],
      }),
    );
    await until(() => broker.seen.connected.length === 1, 'the slow session');
    slow.pause();
    const quick = await broker.openDevice(OTHER_MAC);
    await quick.subscribe(broker.topic('blob/+/+'), broker.topic('all/request'));
    const console = await broker.openControl();
    const chunk = Buffer.alloc(200_000);
    const blob = broker.topic(`blob/${'a'.repeat(64)}/1`);
    for (let index = 1; index <= 100; index += 1) {
      await console.publish(blob, chunk, { qos: 0 });
      await until(() => quick.messages.length === index, 'the chunk at the quick reader');
    }
    await until(() => (broker.seen.statistics?.shedMessages ?? 0) > 0, 'shed messages in the statistics');
    expect(broker.seen.disconnected).toEqual([]);
    for (let index = 101; index <= 140; index += 1) {
      await console.publish(broker.topic('all/request'), chunk);
      await until(() => quick.messages.length === index, 'the request at the quick reader');
    }
    await until(
      () => broker.seen.disconnected.some(({ mac, reason }) => mac === TEST_MAC && reason === 'slow-reader'),
      'the cut',
    );
    await until(() => broker.seen.statistics?.outgoingBytes === 0, 'released memory');
  });

  it('cuts the slowest when all together exceed the memory', async () => {
    const broker = await start({
      limits: { totalOutgoingBytes: 2 * MIB, outgoingBytes: 64 * MIB, shedBytes: 64 * MIB },
    });
    const slow = await rawSocket();
    slow.write(connectPacket(broker));
    slow.write(
      generate({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: broker.topic('all/request'), qos: 1 }],
      }),
    );
    await until(() => broker.seen.connected.length === 1, 'the slow session');
    slow.pause();
    const console = await broker.openControl();
    for (let index = 0; index < 60; index += 1)
      await console.publish(broker.topic('all/request'), Buffer.alloc(200_000));
    await broker.refusedAs('memory-limit');
    expect(console.isClosed()).toBe(false);
  });

  it('gives the control centre all that is retained, which is more than a device may leave unread', async () => {
    const broker = await start({ limits: { outgoingBytes: MIB, shedBytes: 64 * MIB } });
    const first = await broker.openControl();
    const document = Buffer.alloc(200_000);
    const macs = Array.from({ length: 60 }, (_, index) => index.toString(16).toUpperCase().padStart(12, '0'));
    for (const mac of macs) await first.publish(broker.topic(`site/link/${mac}`), document, { retain: true });
    const second = await broker.openControl();
    const subscribed = second.subscribe(broker.topic('site/#'));
    await new Promise(setImmediate);
    // This thread is busy for a moment and reads nothing, as the control centre may be.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    await subscribed;
    await until(() => second.messages.length === macs.length, 'all retained documents');
    expect(second.isClosed()).toBe(false);
    expect(broker.seen.refused).toEqual([]);
  });

  it('ends a session that stays silent for one and a half keep-alive periods', async () => {
    const broker = await start();
    const socket = await rawSocket();
    socket.write(connectPacket(broker, { keepalive: 1 }));
    await until(
      () => broker.seen.disconnected.some(({ reason }) => reason === 'keep-alive'),
      'the end of the session',
    );
  });

  it('tells a browser and a WebSocket client without MQTT what this port is for', async () => {
    const broker = await start();
    const request = get({ port: broker.ports.ws, host: '127.0.0.1' });
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(426);
    response.resume();
    const webSocket = new WebSocket(`ws://127.0.0.1:${broker.ports.ws}/`);
    const [error] = await once(webSocket, 'error');
    expect(String(error)).toContain('400');
    await broker.refusedAs('websocket-failed');
  });
});
