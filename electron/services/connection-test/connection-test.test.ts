import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueTestLeaf } from '../../../test/support/certificates.ts';
import {
  hasMosquitto,
  type Mosquitto,
  type MosquittoOptions,
  startMosquitto,
} from '../../../test/support/mosquitto.ts';
import { createAuthority } from '../authority/certificate-authority.ts';
import { type TestedBroker, testConnection } from './connection-test.ts';

const password = 'correct horse battery';
const users = { fleet: password, reader: password, writer: password };
const acl = [
  'user fleet',
  'topic readwrite iotm-sys/#',
  'user reader',
  'topic read iotm-sys/#',
  'user writer',
  'topic write iotm-sys/#',
];

/** Runs the test and reduces the report to its outline and the last stage. */
async function run(settings: Partial<TestedBroker> & { url: string }) {
  const report = await testConnection({ rootTopic: 'iotm-sys', ...settings }, { limits: { rights: 1000 } });
  const last = report.stages.at(-1);
  expect(JSON.stringify(report)).not.toContain(settings.password ?? 'no password');
  return {
    ok: report.ok,
    outline: report.stages.map(({ stage, ok }) => `${stage}${ok ? '' : '!'}`).join(' '),
    text: `${last?.detail} ${last?.advice}`,
    broker: report.broker,
  };
}

describe.skipIf(!hasMosquitto())('the connection test against a real Mosquitto', () => {
  const brokers: Mosquitto[] = [];
  let open: Mosquitto;
  let guarded: Mosquitto;
  async function start(options: MosquittoOptions): Promise<Mosquitto> {
    const broker = await startMosquitto(options);
    brokers.push(broker);
    return broker;
  }
  beforeAll(async () => {
    [open, guarded] = await Promise.all([start({}), start({ users, acl, tls: true, websockets: true })]);
  });
  afterAll(() => Promise.all(brokers.map((broker) => broker.stop())));

  it('passes all stages on an open broker', async () => {
    const result = await run({ url: open.url() });
    expect(result).toMatchObject({ ok: true, outline: 'name tcp connack rights', broker: { protocol: 5 } });
  });

  it.each(['mqtt', 'mqtts', 'ws', 'wss'] as const)(
    'passes all stages over %s with password and ACL',
    async (name) => {
      const result = await run({ url: guarded.url(name), username: 'fleet', password, caPem: guarded.caPem });
      const outline =
        name === 'mqtts' || name === 'wss' ? 'name tcp tls connack rights' : 'name tcp connack rights';
      expect(result).toMatchObject({ ok: true, outline });
      // Mosquitto 2.0 takes seconds for the largest message over a WebSocket; later ones may not.
      if (name === 'mqtt' || name === 'mqtts') expect(result.text).not.toContain('late');
    },
  );

  it('names a wrong password, and a missing one', async () => {
    const wrong = await run({ url: guarded.url(), username: 'fleet', password: 'wrong password' });
    expect(wrong.outline).toBe('name tcp connack!');
    expect(wrong.text).toContain('“fleet”');
    expect(wrong.text).toContain('Check user name and password');
    const none = await run({ url: guarded.url() });
    expect(none.outline).toBe('name tcp connack!');
    expect(none.text).toContain('wants a user name and a password');
  });

  it('finds that an account may only read, may only write, or only elsewhere', async () => {
    const reader = await run({ url: guarded.url(), username: 'reader', password });
    expect(reader.outline).toBe('name tcp connack rights!');
    expect(reader.text).toMatch(/may not publish on iotm-sys\/v2\/site\/probe.*topic readwrite iotm-sys\/#/);
    const writer = await run({ url: guarded.url(), username: 'writer', password });
    expect(writer.outline).toBe('name tcp connack rights!');
    expect(writer.text).toContain('may not read it');
    const elsewhere = await run({ url: guarded.url(), username: 'fleet', password, rootTopic: 'other/root' });
    expect(elsewhere.outline).toBe('name tcp connack rights!');
    expect(elsewhere.text).toContain('other/root/#');
  });

  it('judges the certificate: no CA, a foreign CA, a foreign name, a name of its own', async () => {
    const account = { username: 'fleet', password };
    const unknown = await run({ url: guarded.url('mqtts'), ...account });
    expect(unknown.outline).toBe('name tcp tls!');
    expect(unknown.text).toMatch(
      /issued by “Muster site Mosquitto test”, which this machine does not know.*ca\.crt/,
    );
    const foreign = await createAuthority('Foreign');
    const wrongCa = await run({ url: guarded.url('mqtts'), ...account, caPem: foreign.certPem });
    expect(wrongCa.text).toContain('not the CA certificate that was entered');
    const byAddress = { url: guarded.url('mqtts', '127.0.0.1'), ...account, caPem: guarded.caPem };
    const wrongName = await run(byAddress);
    expect(wrongName.outline).toBe('name tcp tls!');
    expect(wrongName.text).toContain('not for “127.0.0.1” but for localhost');
    expect(await run({ ...byAddress, serverName: 'localhost' })).toMatchObject({ ok: true });
    const garbled = await run({
      ...byAddress,
      caPem: '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----',
    });
    expect(garbled.outline).toBe('name tcp tls!');
    expect(garbled.text).toContain('cannot be read');
  });

  it('tells an expired certificate from one that is not valid yet, and quotes the clock', async () => {
    const ca = await createAuthority('Clock');
    const year = new Date().getUTCFullYear();
    const leaf = (notBefore: Date, notAfter: Date) =>
      issueTestLeaf({
        ca,
        commonName: 'localhost',
        usage: 'server',
        dnsNames: ['localhost'],
        notBefore,
        notAfter,
      });
    const past = await start({ tls: await leaf(new Date(0), new Date(Date.UTC(year - 1, 0, 1))) });
    const future = await start({
      tls: await leaf(new Date(Date.UTC(year + 2, 0, 1)), new Date(Date.UTC(year + 3, 0, 1))),
    });
    const expired = await run({ url: past.url('mqtts'), caPem: ca.certPem });
    expect(expired.text).toMatch(/has expired.*clock says/);
    const early = await run({ url: future.url('mqtts'), caPem: ca.certPem });
    expect(early.text).toMatch(/not valid yet.*Set this machine’s clock/);
  });

  it('finds that a client certificate is demanded, wrong, or fits', async () => {
    const strict = await start({ tls: true, requireClientCert: true, websockets: true });
    for (const name of ['mqtts', 'wss'] as const) {
      const settings = { url: strict.url(name), caPem: strict.caPem };
      const none = await run(settings);
      expect(none.outline).toBe('name tcp tls!');
      expect(none.text).toContain('demands a client certificate');
      const foreign = await issueTestLeaf({
        ca: await createAuthority('Foreign'),
        commonName: 'x',
        usage: 'client',
      });
      const wrong = await run({ ...settings, clientCertPem: foreign.certPem, clientKeyPem: foreign.keyPem });
      expect(wrong.outline).toBe('name tcp tls!');
      expect(wrong.text).toContain('does not accept the client certificate');
      const { certPem, keyPem } = strict.client;
      expect(await run({ ...settings, clientCertPem: certPem, clientKeyPem: keyPem })).toMatchObject({
        ok: true,
      });
      const mismatch = await run({ ...settings, clientCertPem: certPem, clientKeyPem: foreign.keyPem });
      expect(mismatch.text).toContain('do not belong together');
    }
  });

  it('notices TLS on one side only', async () => {
    const tlsToPlain = await run({ url: open.url('mqtt').replace('mqtt:', 'mqtts:') });
    expect(tlsToPlain.outline).toBe('name tcp tls!');
    expect(tlsToPlain.text).toContain('mqtt:// instead of mqtts://');
    const plainToTls = await run({
      url: guarded.url('mqtts').replace('mqtts:', 'mqtt:'),
      username: 'fleet',
      password,
    });
    expect(plainToTls.outline).toBe('name tcp connack!');
    expect(plainToTls.text).toContain('mqtts:// instead of mqtt://');
    const webSocketToMqtt = await run({ url: open.url('mqtt').replace('mqtt:', 'ws:') });
    expect(webSocketToMqtt.outline).toBe('name tcp connack!');
    expect(webSocketToMqtt.text).toContain('mqtt:// instead of ws://');
    const mqttToWebSocket = await run({ url: guarded.url('ws').replace('ws:', 'mqtt:') });
    expect(mqttToWebSocket.outline).toBe('name tcp connack!');
  });

  it('finds a limit on the size of messages', async () => {
    const small = await start({ maxPacketSize: 100_000 });
    const result = await run({ url: small.url() });
    expect(result.outline).toBe('name tcp connack rights!');
    expect(result.text).toContain('max_packet_size');
    expect(result.broker).toEqual({ protocol: 5, maximumPacketSize: 100_000 });
  });
});
