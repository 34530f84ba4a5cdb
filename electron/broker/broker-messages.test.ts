import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_MAC, startTestBroker, TEST_MAC, type TestBroker } from '../../test/support/broker.ts';
import { refusalOf } from '../../test/support/mqtt-client.ts';
import { until } from '../../test/support/poll.ts';

describe('messages through the embedded broker', () => {
  let site: TestBroker;
  beforeAll(async () => {
    site = await startTestBroker();
  });
  afterEach(() => site.closeSessions());
  afterAll(() => site.stop());

  it.each(['mqtt', 'mqtts', 'ws', 'wss'])(
    'carries messages between devices and the control centre over %s',
    async (name) => {
      const console = await site.openControl();
      await console.subscribe(site.topic('device/+/job/+'));
      const device = await site.open(site.url(name), {
        username: TEST_MAC,
        clientId: `muster-agent-${TEST_MAC}`,
        ...site.trusting,
      });
      expect(
        await device.subscribe(
          site.topic(`device/${TEST_MAC}/request`),
          site.topic('all/request'),
          site.topic('blob/+/+'),
        ),
      ).toEqual([1, 1, 1]);
      await console.publish(site.topic(`device/${TEST_MAC}/request`), 'do');
      await console.publish(site.topic('all/request'), 'all');
      await until(() => device.messages.length === 2, 'both requests');
      const large = randomBytes(256 * 1024);
      await device.publish(site.topic(`device/${TEST_MAC}/job/j1`), large);
      await until(() => console.messages.length === 1, 'the answer');
      expect(console.messages[0]?.payload.equals(large)).toBe(true);
      await until(
        () => site.seen.connected.some((client) => client.mac === TEST_MAC && client.listener === name),
        'the report',
      );
      const client = site.seen.connected.find((entry) => entry.listener === name);
      expect(client).toMatchObject({
        account: 'device',
        username: TEST_MAC,
        clientId: `muster-agent-${TEST_MAC}`,
        remoteAddress: '127.0.0.1',
      });
    },
  );

  it('publishes the last will when a device vanishes, and not when it leaves', async () => {
    const console = await site.openControl();
    await console.subscribe(site.topic('device/+/presence'));
    const will = {
      topic: site.topic(`device/${TEST_MAC}/presence`),
      payload: Buffer.from('gone'),
      qos: 1 as const,
      retain: true,
    };
    const leaving = await site.openDevice(TEST_MAC, { will });
    await leaving.close();
    const vanishing = await site.openDevice(TEST_MAC, { will });
    await vanishing.kill();
    await until(() => console.messages.length > 0, 'the will');
    expect(console.messages.map(({ payload }) => payload.toString())).toEqual(['gone']);
    const late = await site.openControl();
    await late.subscribe(site.topic(`device/${TEST_MAC}/presence`));
    await until(() => late.messages.length === 1, 'the retained will');
    expect(late.messages[0]?.retain).toBe(true);
    await late.publish(site.topic(`device/${TEST_MAC}/presence`), '', { retain: true });
    const forged = { ...will, topic: site.topic(`device/${OTHER_MAC}/presence`) };
    expect(
      await refusalOf(site.url(), {
        username: TEST_MAC,
        password: site.secret,
        clientId: `muster-agent-${TEST_MAC}`,
        will: forged,
      }),
    ).toBe(5);
  });

  it('gives the connection to the newest client with the same id, its will before the new presence', async () => {
    const console = await site.openControl();
    await console.subscribe(site.topic('device/+/presence'));
    const will = {
      topic: site.topic(`device/${TEST_MAC}/presence`),
      payload: Buffer.from('offline'),
      qos: 1 as const,
      retain: false,
    };
    const older = await site.openDevice(TEST_MAC, { will });
    const newer = await site.openDevice(TEST_MAC, { will });
    await newer.publish(site.topic(`device/${TEST_MAC}/presence`), 'online');
    await until(() => older.isClosed(), 'the end of the older');
    await until(() => console.messages.length === 2, 'both presences');
    expect(console.messages.map(({ payload }) => payload.toString())).toEqual(['offline', 'online']);
    expect(newer.isClosed()).toBe(false);
    await until(() => site.seen.disconnected.some(({ reason }) => reason === 'taken-over'), 'the report');
  });

  it('remembers the subscriptions of a persistent session, but queues nothing for it', async () => {
    const console = await site.openControl();
    const first = await site.openDevice(TEST_MAC, { clean: false });
    await first.subscribe(site.topic('all/request'));
    await first.kill();
    await console.publish(site.topic('all/request'), 'while away');
    const second = await site.openDevice(TEST_MAC, { clean: false });
    await console.publish(site.topic('all/request'), 'while here');
    await until(() => second.messages.length > 0, 'the message');
    expect(second.messages.map(({ payload }) => payload.toString())).toEqual(['while here']);
    await second.close();
    await (await site.openDevice(TEST_MAC, { clean: true })).close();
  });

  it('never retains a request', async () => {
    const console = await site.openControl();
    await console.publish(site.topic(`device/${TEST_MAC}/request`), 'stale', { retain: true });
    await console.publish(site.topic('site/trust'), 'document', { retain: true });
    const device = await site.openDevice();
    await device.subscribe(site.topic(`device/${TEST_MAC}/request`), site.topic('site/trust'));
    await until(() => device.messages.length > 0, 'the trust document');
    expect(device.topics()).toEqual([site.topic('site/trust')]);
    await console.publish(site.topic('site/trust'), '', { retain: true });
  });

  it('loses no message and keeps the order when many devices publish at once with mixed QoS', async () => {
    const console = await site.openControl();
    await console.subscribe(site.topic('device/+/job/+'), site.topic('device/+/metrics'));
    const devices = await Promise.all([site.openDevice(TEST_MAC), site.openDevice(OTHER_MAC)]);
    const each = 500;
    for (let index = 0; index < each; index += 1) {
      for (const [at, device] of devices.entries()) {
        const mac = at === 0 ? TEST_MAC : OTHER_MAC;
        device.client.publish(site.topic(`device/${mac}/job/j1`), String(index), { qos: 1 });
        device.client.publish(site.topic(`device/${mac}/metrics`), String(index), { qos: 0 });
      }
    }
    await until(() => console.messages.length >= 4 * each, 'all messages');
    for (const mac of [TEST_MAC, OTHER_MAC]) {
      for (const kind of ['job/j1', 'metrics']) {
        const numbers = console.messages
          .filter((message) => message.topic === site.topic(`device/${mac}/${kind}`))
          .map(({ payload }) => Number(payload.toString()));
        expect(numbers).toEqual(Array.from({ length: each }, (_value, index) => index));
      }
    }
  });

  it('reports statistics about once a second', async () => {
    await until(() => site.seen.statistics !== undefined, 'the first statistics');
    expect(site.seen.statistics).toMatchObject({
      clients: expect.any(Number),
      receivedPerSecond: expect.any(Number),
    });
    expect(await site.refusal({ password: 'wrong' })).toBe(4);
    await until(
      () => site.seen.statistics?.refused['bad-credentials'] === 1,
      'the refusal in the statistics',
    );
  });

  it('refuses MQTT 5 so that a client falls back', async () => {
    expect(
      await refusalOf(site.url(), { username: TEST_MAC, password: site.secret, protocolVersion: 5 }),
    ).not.toBe('connected');
  });
});
