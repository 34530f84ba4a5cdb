import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  issueTestCertificate,
  OTHER_MAC,
  startTestBroker,
  TEST_MAC,
  type TestBroker,
} from '../../test/support/broker.ts';
import { refusalOf } from '../../test/support/mqtt-client.ts';
import { until } from '../../test/support/poll.ts';
import { createAuthority } from '../services/authority/certificate-authority.ts';
import { hashPassword } from './account.ts';
import { INTERNAL_LISTENER } from './embedded-broker.ts';

describe('who may do what on the embedded broker', () => {
  let site: TestBroker;
  beforeAll(async () => {
    site = await startTestBroker();
  });
  afterEach(() => site.closeSessions());
  afterAll(() => site.stop());

  it('refuses a wrong password, an unknown user, no password and a foreign client id with the right code', async () => {
    const clientId = `muster-agent-${TEST_MAC}`;
    expect(await refusalOf(site.url(), { username: TEST_MAC, password: 'wrong', clientId })).toBe(4);
    expect(await refusalOf(site.url(), { username: 'AAAAAAAAAAAA', password: site.secret, clientId })).toBe(
      4,
    );
    expect(await refusalOf(site.url(), { username: TEST_MAC, clientId })).toBe(4);
    expect(await refusalOf(site.url(), { clientId })).toBe(4);
    expect(
      await refusalOf(site.url(), {
        username: TEST_MAC,
        password: site.secret,
        clientId: `muster-agent-${OTHER_MAC}`,
      }),
    ).toBe(2);
    expect(
      await refusalOf(site.url(), { username: TEST_MAC, password: site.secret, clientId, keepalive: 0 }),
    ).toBe(5);
    await site.refusedAs('bad-credentials');
    expect(JSON.stringify(site.seen.refused)).not.toContain(site.secret);
  });

  it.each(['mqtts', 'wss'])('tells the reason of a refusal over %s, too', async (name) => {
    const credentials = { username: TEST_MAC, password: 'wrong', clientId: `muster-agent-${TEST_MAC}` };
    expect(await refusalOf(site.url(name), { ...credentials, ...site.trusting })).toBe(4);
  });

  it('is refused by a client that trusts another authority or expects another name', async () => {
    const foreign = await createAuthority('Other');
    const credentials = { username: TEST_MAC, password: site.secret, clientId: `muster-agent-${TEST_MAC}` };
    expect(
      await refusalOf(site.url('mqtts'), {
        ...credentials,
        ca: foreign.certPem,
        servername: site.trusting.servername,
      }),
    ).toMatch(/UNABLE|SELF_SIGNED|CERT/);
    expect(
      await refusalOf(site.url('mqtts'), { ...credentials, ca: site.ca.certPem, servername: 'elsewhere' }),
    ).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await site.refusedAs('tls-failed');
  });

  it('uses a new certificate for new connections without losing the old ones', async () => {
    const device = await site.open(site.url('mqtts'), {
      username: TEST_MAC,
      clientId: `muster-agent-${TEST_MAC}`,
      ...site.trusting,
    });
    const next = await createAuthority('Next');
    await site.broker.setTls(await issueTestCertificate(next));
    const credentials = { username: OTHER_MAC, password: site.secret, clientId: `muster-agent-${OTHER_MAC}` };
    expect(await refusalOf(site.url('mqtts'), { ...credentials, ...site.trusting })).not.toBe('connected');
    expect(await refusalOf(site.url('mqtts'), { ...credentials, ...site.trusting, ca: next.certPem })).toBe(
      'connected',
    );
    await device.publish(site.topic(`device/${TEST_MAC}/metrics`));
    await site.broker.setTls(await issueTestCertificate(site.ca));
  });

  it('lets an enrolment token in until it expires, and only where it belongs', async () => {
    const clientId = `muster-join-${OTHER_MAC}`;
    const console = await site.openControl();
    await console.subscribe(site.topic('site/join/+'));
    const joining = await site.open(site.url(), { username: 'join-freshone', clientId });
    expect(
      await joining.subscribe(site.topic(`site/joined/${OTHER_MAC}`), site.topic('all/request')),
    ).toEqual([1, 128]);
    await joining.publish(site.topic(`site/join/${OTHER_MAC}`), 'hello');
    await until(() => console.messages.length === 1, 'the request to join');
    await console.publish(site.topic(`site/joined/${OTHER_MAC}`), 'welcome');
    await until(() => joining.messages.length === 1, 'the answer');
    expect(await refusalOf(site.url(), { username: 'join-expired1', password: site.secret, clientId })).toBe(
      5,
    );
    await site.broker.putAccounts([
      { kind: 'join', tokenId: 'freshone', passwordSha256: site.passwordSha256, expiresAtMs: Date.now() },
    ]);
    await until(() => joining.isClosed(), 'the end of the expired session');
  });

  it('drops a forged topic, keeps the device and counts it', async () => {
    const console = await site.openControl();
    await console.subscribe('iotm-sys/#');
    const device = await site.openDevice();
    for (const qos of [0, 1, 2] as const) {
      await device.publish(site.topic(`device/${OTHER_MAC}/presence`), 'forged', { qos, retain: qos > 0 });
      await device.publish('$SYS/forged', 'forged', { qos });
      await device.publish('$denied', 'forged', { qos });
    }
    await device.publish(site.topic(`device/${TEST_MAC}/metrics`), 'true');
    await until(() => console.messages.length > 0, 'the true message');
    expect(console.messages.map(({ payload }) => payload.toString())).toEqual(['true']);
    expect(device.isClosed()).toBe(false);
    await until(
      () => site.seen.denied.some((entry) => entry.topic === site.topic(`device/${OTHER_MAC}/presence`)),
      'the report',
    );
    expect(
      site.seen.denied.find((entry) => entry.topic === site.topic(`device/${OTHER_MAC}/presence`)),
    ).toMatchObject({
      action: 'publish',
      username: TEST_MAC,
      reason: 'topic',
    });
    const late = await site.openControl();
    await late.subscribe(site.topic('device/+/presence'));
    expect(late.messages).toEqual([]);
  });

  it('answers a forbidden subscription with 0x80 and grants the others of the same packet', async () => {
    const device = await site.openDevice();
    expect(
      await device.subscribe(
        site.topic('all/request'),
        '#',
        site.topic(`device/${OTHER_MAC}/request`),
        site.topic('site/trust'),
      ),
    ).toEqual([1, 128, 128, 1]);
    expect(device.isClosed()).toBe(false);
  });

  it('cuts a client that keeps trying what it may not', async () => {
    const device = await site.openDevice();
    for (let index = 0; index < 500 && !device.isClosed(); index += 1)
      device.client.publish('forged', 'x', { qos: 0 });
    await until(() => device.isClosed(), 'the cut');
    await until(
      () => site.seen.disconnected.some(({ reason }) => reason === 'denied-too-often'),
      'the report',
    );
  });

  it('disconnects a device whose account is withdrawn or gets another password', async () => {
    const device = await site.openDevice();
    await site.broker.removeAccounts([TEST_MAC]);
    await until(() => device.isClosed(), 'the cut');
    expect(
      await refusalOf(site.url(), {
        username: TEST_MAC,
        password: site.secret,
        clientId: `muster-agent-${TEST_MAC}`,
      }),
    ).toBe(4);
    await site.broker.putAccounts([{ kind: 'device', mac: TEST_MAC, passwordSha256: site.passwordSha256 }]);
    const again = await site.openDevice();
    await site.broker.putAccounts([{ kind: 'device', mac: TEST_MAC, passwordSha256: hashPassword('new') }]);
    await until(() => again.isClosed(), 'the second cut');
    await site.broker.putAccounts([{ kind: 'device', mac: TEST_MAC, passwordSha256: site.passwordSha256 }]);
  });

  it('admits nobody but the control centre on the internal listener', async () => {
    const credentials = { username: TEST_MAC, password: site.secret, clientId: `muster-agent-${TEST_MAC}` };
    expect(await refusalOf(site.url(INTERNAL_LISTENER), credentials)).toBe(5);
  });
});
