import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestBroker } from '../../../test/support/broker.ts';
import { freePort } from '../../../test/support/mosquitto.ts';
import { until } from '../../../test/support/poll.ts';
import { type TestedBroker, testConnection } from './connection-test.ts';

const limits = { name: 2000, tcp: 400, tls: 400, connack: 400, rights: 1000 };

describe('the connection test against what is no broker', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    servers.length = 0;
  });

  async function serve(answer: (socket: Socket) => void): Promise<number> {
    return await listen(createServer(answer));
  }
  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await until(() => server.listening, 'the server');
    return (server.address() as AddressInfo).port;
  }
  async function run(settings: Partial<TestedBroker> & { url: string }) {
    const report = await testConnection({ rootTopic: 'iotm-sys', ...settings }, { limits });
    const last = report.stages.at(-1);
    return {
      ok: report.ok,
      outline: report.stages.map(({ stage, ok }) => `${stage}${ok ? '' : '!'}`).join(' '),
      text: `${last?.detail} ${last?.advice}`,
    };
  }

  it('says that a host does not exist', async () => {
    const { outline, text } = await run({ url: 'mqtt://no-such-host.invalid:1883' });
    expect(outline).toBe('name!');
    expect(text).toMatch(/no-such-host\.invalid.*IP address/);
  });

  it('says what is wrong with an address', async () => {
    expect(await run({ url: 'http://x' })).toMatchObject({
      outline: 'name!',
      text: expect.stringContaining('must start with'),
    });
  });

  it('says that nothing listens', async () => {
    const { outline, text } = await run({ url: `mqtt://127.0.0.1:${await freePort()}` });
    expect(outline).toBe('name tcp!');
    expect(text).toMatch(/nothing listens on port \d+.*broker is running/);
  });

  it('does not wait for ever on a server that never answers', async () => {
    const port = await serve((socket) => socket.resume());
    const plain = await run({ url: `mqtt://127.0.0.1:${port}` });
    expect(plain).toMatchObject({
      outline: 'name tcp connack!',
      text: expect.stringContaining('no MQTT answer within 0.4 seconds'),
    });
    const secure = await run({ url: `mqtts://127.0.0.1:${port}` });
    expect(secure).toMatchObject({
      outline: 'name tcp tls!',
      text: expect.stringContaining('said nothing for 0.4 seconds'),
    });
    const webSocket = await run({ url: `ws://127.0.0.1:${port}/` });
    expect(webSocket.outline).toBe('name tcp connack!');
    await until(() => sockets.size === 0, 'the end of all connections');
  });

  it('recognises a web server', async () => {
    const port = await listen(createHttpServer((_request, response) => response.writeHead(404).end()));
    const mqtt = await run({ url: `mqtt://127.0.0.1:${port}` });
    expect(mqtt).toMatchObject({
      outline: 'name tcp connack!',
      text: expect.stringContaining('belongs to a web server'),
    });
    const webSocket = await run({ url: `ws://127.0.0.1:${port}/wrong` });
    expect(webSocket).toMatchObject({
      outline: 'name tcp connack!',
      text: expect.stringMatching(/no path \/wrong \(404\).*\/mqtt/),
    });
    const secure = await run({ url: `mqtts://127.0.0.1:${port}` });
    expect(secure).toMatchObject({ outline: 'name tcp tls!', text: expect.stringContaining('not with TLS') });
  });

  it('recognises a server that speaks something else, or hangs up', async () => {
    const talking = await serve((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect((await run({ url: `mqtt://127.0.0.1:${talking}` })).text).toContain('not MQTT');
    const closing = await serve((socket) => socket.destroy());
    expect((await run({ url: `mqtt://127.0.0.1:${closing}` })).text).toContain('without an MQTT answer');
  });

  it.each([
    [1, 'neither MQTT 5 nor MQTT 3.1.1'],
    [2, 'client identifier'],
    [3, 'cannot serve anyone'],
    [4, 'bad user name or password'],
    [5, 'not authorised'],
  ])('explains CONNACK code %i of an MQTT 3.1.1 broker', async (code, text) => {
    const port = await serve((socket) => {
      socket.once('data', (connect: Buffer) => {
        // Byte 8 of this CONNECT is the protocol level: as brokers without MQTT 5 do, refuse that one first.
        const version = connect[connect.indexOf('MQTT') + 4];
        socket.end(Buffer.from([0x20, 2, 0, version === 5 ? 1 : code]));
      });
    });
    const result = await run({ url: `mqtt://127.0.0.1:${port}`, username: 'fleet', password: 'secret' });
    expect(result).toMatchObject({ outline: 'name tcp connack!', text: expect.stringContaining(text) });
    expect(result.text).not.toContain('secret');
  });

  it('falls back to MQTT 3.1.1 on the embedded broker and passes over every transport', async () => {
    const site = await startTestBroker();
    try {
      const account = { username: 'control-1', password: site.secret };
      for (const name of ['mqtt', 'mqtts', 'ws', 'wss']) {
        const report = await testConnection(
          {
            url: site.url(name),
            ...account,
            caPem: site.ca.certPem,
            serverName: site.trusting.servername,
            rootTopic: 'iotm-sys',
          },
          { limits: { rights: 3000 } },
        );
        expect(report).toMatchObject({ ok: true, broker: { protocol: 4 } });
      }
      const device = await testConnection({
        url: site.url(),
        username: 'B827EB407E5A',
        password: site.secret,
        rootTopic: 'iotm-sys',
      });
      expect(device.stages.at(-1)).toMatchObject({ stage: 'connack', ok: false });
    } finally {
      await site.stop();
    }
  });

  it('stops at once when it is cancelled', async () => {
    const port = await serve((socket) => socket.resume());
    const controller = new AbortController();
    const test = testConnection(
      { url: `mqtt://127.0.0.1:${port}`, rootTopic: 'iotm-sys' },
      { signal: controller.signal },
    );
    await until(() => sockets.size > 0, 'the connection');
    controller.abort();
    await expect(test).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => sockets.size === 0, 'the end of the connection');
  });
});
