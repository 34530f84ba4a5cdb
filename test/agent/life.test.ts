import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bonjour } from 'bonjour-service';
import { afterEach, expect, test, vi } from 'vitest';
import { createAuthority } from '../../electron/services/authority/certificate-authority.ts';
import {
  type AgentProgram,
  agentSources,
  joinTestAgent,
  runAgentProgram,
  sharedEnrolment,
  type TestAgent,
} from '../support/agent-process.ts';
import { issueTestLeaf } from '../support/certificates.ts';
import { freePort, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import {
  createTestSite,
  eventually,
  openTestConsole,
  type TestConsole,
  type TestSite,
} from '../support/test-console.ts';

// Real programs on a machine that may be busy: patience is not what is tested.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mac = 'B827EB0000BB';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
function later<T>(thing: T, cleanUp: (thing: T) => unknown): T {
  cleanUps.push(() => cleanUp(thing));
  return thing;
}

async function startSite(options: Parameters<typeof startMosquitto>[0] = {}) {
  const broker = later(await startMosquitto(options), (it) => it.stop());
  const site = await createTestSite();
  const client = options.users ? { username: 'centre', password: 'centre' } : {};
  const console = later(await openTestConsole({ url: broker.url(), site, client }), (it) => it.close());
  await console.trust();
  return { broker, site, console };
}

async function startAgent(
  site: TestSite,
  urls: string[],
  more = {},
  program?: AgentProgram,
): Promise<TestAgent> {
  const enrolment = sharedEnrolment(site, urls, more);
  const agent = later(await joinTestAgent({ enrolment, mac, program: program ?? agentSources }), (it) =>
    it.remove(),
  );
  agent.start();
  return agent;
}

async function linkAndRun(console: TestConsole): Promise<void> {
  const { inventory } = await console.online(mac);
  await console.link(mac, inventory?.publicKey ?? '');
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
}

test('a device tells its presence, inventory and metrics, goes offline by its will when killed, and comes back by itself', async () => {
  const { broker, site, console } = await startSite();
  const agent = await startAgent(site, [broker.url()]);
  const device = await console.online(mac);
  await eventually(() => device.metrics.length > 0, 'the first metrics');
  expect(device.inventory).toMatchObject({ mac, agentVersion: '0.1.0', addresses: expect.any(Array) });
  expect(device.inventory?.demo).toBeUndefined();
  expect(device.metrics[0]).toMatchObject({
    memoryTotalBytes: expect.any(Number),
    uptimeSec: expect.any(Number),
  });
  expect(device.metrics[0]?.throttling).toBeUndefined(); // absent, not zero
  const first = device.presence.at(-1);
  await eventually(() => device.wants > 0, 'the agent to ask for the link that it lacks');
  await agent.kill9();
  await eventually(() => device.presence.at(-1)?.online === false, 'the last will');
  expect(device.presence.at(-1)?.session).toBe(first?.session);
  agent.start('--demo');
  await eventually(() => device.presence.at(-1)?.online === true, 'it to come back');
  expect(device.presence.at(-1)?.session).not.toBe(first?.session);
  await eventually(() => device.inventory?.demo === true, 'the mark of a demonstration');
});

test('status tells site, key, link and connection, and so does its exit code', async () => {
  const { broker, site, console } = await startSite();
  const agent = await startAgent(site, [broker.url()]);
  const status = async () => {
    const { code, stdout } = await runAgentProgram(['status', '--state', agent.state, '--json']);
    return { code, ...JSON.parse(stdout) };
  };
  await console.online(mac);
  await eventually(async () => (await status()).connected, 'the status file');
  expect(await status()).toMatchObject({
    code: 0,
    mac,
    site: 'Test site',
    linked: false,
    running: true,
    openJobs: 0,
  });
  await linkAndRun(console);
  expect(await status()).toMatchObject({ linked: true, name: `device ${mac}` });
  await broker.kill9();
  await eventually(async () => (await status()).code === 5, 'the loss to be told');
  expect((await status()).detail).toMatch(/\.$/);
  await agent.stop();
  expect(await status()).toMatchObject({ code: 4, running: false, connected: false, linked: true });
  expect((await runAgentProgram(['status', '--state', '/no/such/folder'])).code).toBe(3);
  const text = await runAgentProgram(['status', '--state', agent.state]);
  expect(text.stdout).toContain('B8:27:EB:00:00:BB');
});

test('an agent that starts while the control centre is away still knows its link and whom to trust', async () => {
  const { broker, site, console } = await startSite();
  const agent = await startAgent(site, [broker.url()]);
  await linkAndRun(console);
  await agent.stop();
  await broker.restart(); // keeps nothing: the retained documents are gone
  await console.reconnect();
  agent.start();
  await eventually(() => console.device(mac).presence.at(-1)?.online === true, 'it to be back');
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
});

test.each(['mqtts', 'ws', 'wss'] as const)(
  '%s works, with the name in the certificate checked instead of the address',
  async (listener) => {
    const { broker, site, console } = await startSite({
      tls: true,
      websockets: true,
      requireClientCert: true,
    });
    const { caPem, client } = broker;
    const tls = {
      caPem,
      serverName: 'localhost',
      clientCertPem: client.certPem,
      clientKeyPem: client.keyPem,
    };
    await startAgent(site, [broker.url(listener, '127.0.0.1')], listener === 'ws' ? {} : tls);
    await linkAndRun(console);
  },
);

test('when a broker has another address, it is found by mDNS, and only the true one is used', async () => {
  const id = 'mdnssite1';
  const authority = await createAuthority('Test');
  const name = `site-${id}.muster.internal`;
  const leaf = await issueTestLeaf({ ca: authority, commonName: name, usage: 'server', dnsNames: [name] });
  const broker: Mosquitto = later(await startMosquitto({ tls: { ...leaf } }), (it) => it.stop());
  const false_ = later(await startMosquitto({ tls: true }), (it) => it.stop());
  const site = await createTestSite(id);
  const console = later(await openTestConsole({ url: broker.url(), site }), (it) => it.close());
  await console.trust();
  const first = later(
    await joinTestAgent({
      enrolment: sharedEnrolment(site, [broker.url('mqtts', '127.0.0.1')], {
        caPem: authority.certPem,
        serverName: name,
      }),
      mac,
    }),
    (it) => it.remove(),
  );
  // The address of the enrolment leads nowhere any more.
  const config = join(first.state, 'config.json');
  const gone = [`mqtts://127.0.0.1:${await freePort()}`];
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), brokerUrls: gone }));
  const bonjour = later(new Bonjour({ ...({ interface: '127.0.0.1', bind: '0.0.0.0' } as object) }), (it) =>
    it.destroy(),
  );
  const publish = (service: string, port: number | undefined, siteId: string) =>
    bonjour.publish({
      name: service,
      type: 'muster',
      port: port ?? 0,
      txt: { site: siteId },
      host: `${service}.local`,
    });
  publish('false-one', false_.ports.mqtts, id);
  publish('true-one', broker.ports.mqtts, id);
  publish('other-site', broker.ports.mqtts, 'othersite9');
  first.start();
  await console.online(mac, 18_000);
  const status = () => JSON.parse(readFileSync(join(first.state, 'status.json'), 'utf8'));
  // Remembered for the next start.
  await eventually(() => status().foundUrl?.endsWith(`:${broker.ports.mqtts}`), 'the status file');
});
