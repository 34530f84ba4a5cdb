import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../test/support/broker.ts';
import { openMqttClient } from '../../test/support/mqtt-client.ts';
import { until } from '../../test/support/poll.ts';
import { type BrokerState, createEmbeddedBroker, INTERNAL_LISTENER } from './embedded-broker.ts';
import type { ListenerSettings } from './listener.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-broker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the life of the embedded broker', () => {
  let site: TestBroker | undefined;
  afterEach(async () => {
    await site?.stop();
    site = undefined;
  });

  it('comes back on the same ports with the same accounts when its thread dies', async () => {
    const workers: Worker[] = [];
    site = await startTestBroker({
      startWorker: (url, options) => {
        const worker = new Worker(url, options);
        workers.push(worker);
        return worker;
      },
    });
    const { broker, ports } = site;
    const states: BrokerState[] = [];
    broker.states.on((state) => states.push(state));
    await broker.putAccounts([{ kind: 'device', mac: 'AABBCCDDEE00', passwordSha256: site.passwordSha256 }]);
    const device = await site.openDevice();
    for (let life = 1; life <= 2; life += 1) {
      await workers.at(-1)?.terminate();
      await until(() => states.length === 2 * life, 'the restart');
      expect(states.slice(-2).map(({ state }) => state)).toEqual(['restarting', 'running']);
      expect(broker.ports()).toEqual(ports);
    }
    await until(() => device.isClosed(), 'the end of the old connection');
    await site.openDevice();
    await site.openDevice('AABBCCDDEE00');
    await site.openControl();
    await broker.removeAccounts(['AABBCCDDEE00']);
    expect(workers).toHaveLength(3);
  });

  it('reports a thread that runs out of memory and tries again', async () => {
    const file = join(folder, 'greedy.mjs');
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage({ type: 'ready', ports: {} });
       const kept = []; setImmediate(() => { for (;;) kept.push(new Array(10000).fill({})); });`,
    );
    const broker = createEmbeddedBroker({
      rootTopic: 'r',
      listeners: [],
      workerUrl: pathToFileURL(file),
      limits: { workerHeapMb: 16 },
    });
    const states: BrokerState[] = [];
    broker.states.on((state) => states.push(state));
    await broker.start();
    await until(() => states.filter(({ state }) => state === 'running').length >= 2, 'the restart', 20_000);
    expect(states.find(({ state }) => state === 'restarting')?.detail).toMatch(/memory/);
    await broker.stop();
  });

  it('stops while it is waiting to restart', async () => {
    const file = join(folder, 'short.mjs');
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ type: 'ready', ports: {} });`,
    );
    const broker = createEmbeddedBroker({ rootTopic: 'r', listeners: [], workerUrl: pathToFileURL(file) });
    let restarting = false;
    broker.states.on(({ state }) => {
      restarting ||= state === 'restarting';
    });
    await broker.start();
    await until(() => restarting, 'the end of the thread');
    await expect(broker.putAccounts([])).resolves.toBeUndefined();
    await broker.stop();
  });

  it('frees every port when it stops, and can be started again', async () => {
    site = await startTestBroker();
    const { ports } = site;
    const device = await site.openDevice();
    await site.broker.stop();
    await until(() => device.isClosed(), 'the end of the connection');
    for (const port of Object.values(ports))
      await expect(openMqttClient(`mqtt://127.0.0.1:${port}`)).rejects.toThrow();
    await site.broker.start();
    expect(site.broker.ports()).toEqual(ports);
    await site.openDevice();
  });

  it.each([
    [
      'a port in use',
      (port: number) => ({ host: '127.0.0.1', port }),
      'conflict',
      /already in use.*choose another port/,
    ],
    [
      'an address of another machine',
      () => ({ host: '192.0.2.1', port: 0 }),
      'invalid',
      /no address 192\.0\.2\.1/,
    ],
    ['an impossible port', () => ({ host: '127.0.0.1', port: 70_000 }), 'invalid', /70000 is not a port/],
    [
      'a host name that does not exist',
      () => ({ host: 'no-such-host.invalid', port: 0 }),
      'invalid',
      /no-such-host\.invalid/,
    ],
  ])('says what to do about %s, and leaves nothing open', async (_what, address, code, message) => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await until(() => blocker.listening, 'the blocker');
    const { port } = blocker.address() as AddressInfo;
    const listener: ListenerSettings = { name: 'mqtt', transport: 'mqtt', ...address(port) };
    const broker = createEmbeddedBroker({ rootTopic: 'iotm-sys', listeners: [listener] });
    await expect(broker.start()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await broker.stop();
    blocker.close();
  });

  it('refuses to start TLS without a certificate, and twice', async () => {
    const listeners: ListenerSettings[] = [{ name: 'mqtts', transport: 'mqtts', host: '127.0.0.1', port: 0 }];
    await expect(createEmbeddedBroker({ rootTopic: 'r', listeners }).start()).rejects.toThrow('certificate');
    site = await startTestBroker();
    await expect(site.broker.start()).rejects.toThrow('already running');
  });

  it('lets the process end by itself after stop', async () => {
    const source = new URL('./embedded-broker.ts', import.meta.url).href;
    const script = `
      const { createEmbeddedBroker } = await import(${JSON.stringify(source)});
      const broker = createEmbeddedBroker({ rootTopic: 'r', listeners: [{ name: 'ws', transport: 'ws', host: '127.0.0.1', port: 0 }] });
      await broker.start();
      await broker.stop();
      console.log('stopped');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 15_000,
    });
    expect(stdout).toContain('stopped');
  });

  it('has a door of its own for the control centre', async () => {
    site = await startTestBroker({ listeners: [] });
    expect(Object.keys(site.ports)).toEqual([INTERNAL_LISTENER]);
    const console = await site.openControl();
    await console.subscribe(site.topic('all/request'));
    await console.publish(site.topic('all/request'));
    await until(() => console.messages.length === 1, 'its own message');
  });
});
