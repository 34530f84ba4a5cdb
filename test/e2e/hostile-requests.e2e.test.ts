import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RefusedCounts, refusedTotal } from '../../contract/model/metrics.ts';
import { createSigner, generatePrivateKey, type Signer } from '../../contract/wire/documents.ts';
import { createTopics } from '../../contract/wire/topics.ts';
import { openMqttClient, type TestMqttClient } from '../support/mqtt-client.ts';
import { until } from '../support/poll.ts';
import { MOSQUITTO_USERS, type RunningTestSite, startSite } from '../support/start-site.ts';

const REQUESTS = 10_000;
const topics = createTopics('iotm-sys');

/** Somebody with the broker's own administrator account: may publish anything, has no key that devices trust. */
describe('requests that no operator signed', () => {
  let site: RunningTestSite;
  let attacker: TestMqttClient;
  let foreign: Signer;
  let victim = '';
  let other = '';
  let heard: string[] = [];
  beforeAll(async () => {
    // By default Mosquitto drops what a subscriber is too slow for; here every single request shall arrive.
    site = await startSite({ broker: 'mosquitto', agents: 2, mosquittoConfig: ['max_queued_messages 0'] });
    [victim = '', other = ''] = site.fleet.agents.map(({ mac }) => mac);
    foreign = await createSigner(await generatePrivateKey());
    const { mosquitto } = site;
    if (!mosquitto) throw new Error('this site has a Mosquitto');
    attacker = await openMqttClient(mosquitto.url('mqtts'), {
      username: 'admin',
      password: MOSQUITTO_USERS.admin,
      ca: mosquitto.caPem,
      clientId: 'attacker',
    });
    await attacker.subscribe('iotm-sys/v2/device/+/request', topics.allRequest);
  });
  afterAll(async () => {
    await attacker?.client.endAsync(true);
    await site?.remove();
  });

  const refused = (mac: string): RefusedCounts | undefined => site.device(mac)?.metrics?.refused;
  const signed = (signer: Signer, change: Record<string, unknown>): Promise<string> =>
    signer.sign('muster-request', {
      v: 2,
      site: site.siteId,
      seq: 1_000_000,
      target: { kind: 'device', mac: victim },
      body: { type: 'job', id: 'attack-0001', op: 'shell.run', args: { command: attackCommand() } },
      ...change,
    });
  const attackCommand = (): string => `echo attacked >> ${join(site.control.data, 'attacked')}`;

  /** A genuine request of the operator, overheard on the broker. */
  async function overhear(): Promise<void> {
    const job = await site.run(`echo genuine >> ${join(site.control.data, 'genuine')}`, [victim, other]);
    await site.untilFinal(job.id);
    heard = attacker.messages
      .filter(({ topic }) => topic === topics.deviceRequest(victim))
      .map(({ payload }) => payload.toString());
    expect(heard.length).toBeGreaterThan(0);
  }

  it('are never carried out, all counted, and shown with an alarm', async () => {
    await overhear();
    const genuine = heard[0] ?? '';
    const [header = '', body = '', signature = ''] = genuine.split('.');
    const changedBody = Buffer.from(body, 'base64url').toString().replace('echo genuine', 'echo attacked');
    const forgedBody = Buffer.from(changedBody).toString('base64url');
    const foreignKey = await signed(foreign, {});
    const foreignAsOperator = foreignKey.replace(/^[^.]+/, header);
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'muster-request' })).toString(
      'base64url',
    );
    const foreignForAll = await signed(foreign, { target: { kind: 'all' } });
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    const kinds: { topic: string; payload: string; reason: keyof RefusedCounts; victims: string[] }[] = [
      { topic: topics.deviceRequest(victim), payload: foreignKey, reason: 'unknownKey', victims: [victim] },
      {
        topic: topics.deviceRequest(victim),
        payload: `${header}.${forgedBody}.${signature}`,
        reason: 'badSignature',
        victims: [victim],
      },
      {
        topic: topics.deviceRequest(victim),
        payload: `${header}.${body}.${flipped}`,
        reason: 'badSignature',
        victims: [victim],
      },
      {
        topic: topics.deviceRequest(victim),
        payload: foreignAsOperator,
        reason: 'badSignature',
        victims: [victim],
      },
      // Taken to another device, and to the topic that all listen to.
      { topic: topics.deviceRequest(other), payload: genuine, reason: 'notForMe', victims: [other] },
      { topic: topics.allRequest, payload: genuine, reason: 'notForMe', victims: [victim, other] },
      { topic: topics.allRequest, payload: foreignForAll, reason: 'unknownKey', victims: [victim, other] },
      {
        topic: topics.deviceRequest(victim),
        payload: genuine.slice(0, genuine.length - 30),
        reason: 'malformed',
        victims: [victim],
      },
      {
        topic: topics.deviceRequest(victim),
        payload: `${unsigned}.${forgedBody}.`,
        reason: 'malformed',
        victims: [victim],
      },
      {
        topic: topics.deviceRequest(victim),
        payload: '{"command":"id"}',
        reason: 'malformed',
        victims: [victim],
      },
    ];
    const expected = new Map<string, Partial<Record<keyof RefusedCounts, number>>>();
    const before = new Map([victim, other].map((mac) => [mac, refusedTotal(refused(mac))]));
    expect([...before.values()]).toEqual([0, 0]);
    const sending: Promise<unknown>[] = [];
    for (let index = 0; index < REQUESTS; index += 1) {
      const kind = kinds[index % kinds.length];
      if (!kind) continue;
      for (const mac of kind.victims) {
        const counts = expected.get(mac) ?? {};
        counts[kind.reason] = (counts[kind.reason] ?? 0) + 1;
        expected.set(mac, counts);
      }
      sending.push(attacker.publish(kind.topic, kind.payload));
      if (sending.length >= 200) await Promise.all(sending.splice(0));
    }
    await Promise.all(sending);

    const matches = (): boolean =>
      [...expected].every(([mac, counts]) =>
        Object.entries(counts).every(
          ([reason, count]) => refused(mac)?.[reason as keyof RefusedCounts] === count,
        ),
      );
    try {
      await until(matches, 'every refused request to be counted and shown', 40_000);
    } catch (error) {
      throw new Error(
        `${String(error)}: ${JSON.stringify([...expected])} ${JSON.stringify([refused(victim), refused(other)])}`,
      );
    }
    expect(existsSync(join(site.control.data, 'attacked'))).toBe(false);
    for (const mac of [victim, other]) {
      const alarm = site.device(mac)?.alarms.find(({ kind }) => kind === 'refused-requests');
      expect(alarm?.message).toContain('None was carried out.');
    }
  });

  it('are counted as repeated when they are genuine but sent again, and run nothing twice', async () => {
    const file = join(site.control.data, 'genuine');
    const runs = (): number => readFileSync(file, 'utf8').trim().split('\n').length;
    expect(runs()).toBe(2);
    const beforeReplays = refused(victim)?.replayed ?? 0;
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(heard.map((payload) => attacker.publish(topics.deviceRequest(victim), payload)));
    }
    await until(() => (refused(victim)?.replayed ?? 0) > beforeReplays, 'replays to be counted', 40_000);
    expect(runs()).toBe(2);
  });

  it('leave the devices usable by their operator', async () => {
    const job = await site.run('echo fine', [victim, other]);
    const results = await site.untilFinal(job.id);
    expect(results.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });
});
