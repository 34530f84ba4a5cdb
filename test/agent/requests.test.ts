import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { refusedTotal } from '../../contract/model/metrics.ts';
import { createSigner, generatePrivateKey } from '../../contract/wire/documents.ts';
import { joinTestAgent, sharedEnrolment, type TestAgent } from '../support/agent-process.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import {
  createTestSite,
  eventually,
  newJobId,
  openTestConsole,
  type TestConsole,
  type TestSite,
} from '../support/test-console.ts';

// Real programs on a machine that may be busy: patience is not what is tested.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mac = 'B827EB000001';
const target = { kind: 'device' as const, mac };
let broker: Mosquitto;
let site: TestSite;
let console: TestConsole;
let agent: TestAgent;
let publicKey = '';

beforeAll(async () => {
  broker = await startMosquitto({ config: ['set_tcp_nodelay true', 'max_queued_messages 0'] });
  site = await createTestSite();
  console = await openTestConsole({ url: broker.url(), site });
  await console.trust();
  agent = await joinTestAgent({ enrolment: sharedEnrolment(site, [broker.url()]), mac });
  agent.start();
  publicKey = (await console.online(mac)).inventory?.publicKey ?? '';
});
afterAll(async () => {
  await agent?.remove();
  await console?.close();
  await broker?.stop();
});

const refused = () => console.device(mac).metrics.at(-1)?.refused;
/** A job that leaves a file behind, so that running it cannot go unseen. */
const markerJob = (name: string, id = newJobId()) => ({
  ...{ type: 'job' as const, id, op: 'shell.run' },
  args: { command: `touch ${join(agent.folder, name)}` },
});
const left = (name: string): boolean => existsSync(join(agent.folder, name));

test('a device that is not linked, or is linked with another key, runs and answers nothing, and counts it', async () => {
  await console.send(target, markerJob('unlinked'));
  await console.link(mac, (await createSigner(await generatePrivateKey())).publicKey);
  await console.send(target, markerJob('unlinked'));
  await console.link(mac, null);
  const last = await console.send(target, markerJob('unlinked'));
  await eventually(() => refused()?.notLinked === 3, 'three refusals');
  await console.link(mac, publicKey);
  // What was refused then stays refused: its number is used up.
  await console.publish(console.topics.deviceRequest(mac), last);
  await eventually(() => refused()?.replayed === 1, 'the replay to be counted');
  expect(left('unlinked')).toBe(false);
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
});

test('an announce is answered by a device that is not linked too', async () => {
  const before = console.device(mac).presence.length;
  await console.send({ kind: 'all' }, { type: 'announce', jitterMs: 20 });
  await eventually(() => console.device(mac).presence.length > before, 'presence again');
});

test('thousands of forged, replayed, re-targeted, truncated and foreign requests: none runs, each is counted', async () => {
  const { deviceRequest, allRequest, groupRequest } = console.topics;
  const own = deviceRequest(mac);
  const stranger = await createSigner(await generatePrivateKey());
  const kinds = 6;
  const rounds = 350;
  const before = refusedTotal(refused());
  const genuine = newJobId();
  const jws = await console.send(target, {
    type: 'job',
    id: genuine,
    op: 'shell.run',
    args: { command: 'true' },
  });
  await console.result(mac, genuine);
  const attacks: [topic: string, payload: string | Buffer][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const body = markerJob('attacked');
    const good = await console.sign(target, body);
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const forged = await stranger.sign('muster-request', {
      v: 2,
      site: site.id,
      seq: console.nextSeq(),
      target,
      body,
    });
    const flipped = `${payload.slice(0, 40)}${payload[40] === 'A' ? 'B' : 'A'}${payload.slice(41)}`;
    attacks.push(
      // The operator's header over a stranger's signature.
      [own, `${header}.${forged.split('.')[1]}.${forged.split('.')[2]}`],
      [own, forged],
      [
        own,
        [() => good.slice(0, round % good.length), () => `${header}.${flipped}.${signature}`][
          round % 2
        ]?.() ?? '',
      ],
      // Meant for another device, for a group that this one is not in, for another site; carried to another topic.
      [own, await console.sign({ kind: 'device', mac: 'B827EB000002' }, body)],
      [round % 2 ? own : allRequest, await console.sign({ kind: 'group', group: 'others' }, body)],
      [
        round % 2 ? allRequest : own,
        await console.sign(round % 2 ? target : { kind: 'all' }, body, {
          site: round % 3 ? site.id : 'othersite9',
        }),
      ],
    );
  }
  const unheard = groupRequest('others');
  expect(attacks.filter(([topic]) => topic === unheard)).toEqual([]);
  await Promise.all(attacks.map(([topic, payload]) => console.publish(topic, payload)));
  await eventually(() => refusedTotal(refused()) === before + kinds * rounds, 'all to be counted', 30_000);
  // A genuine request once more, hundreds of times: told its result at most once a second, never run again.
  await Promise.all(Array.from({ length: 500 }, () => console.publish(own, jws)));
  await eventually(
    () => refusedTotal(refused()) > before + kinds * rounds + 480,
    'replays to be counted',
    30_000,
  );
  expect(left('attacked')).toBe(false);
  expect(agent.ended()).toBe(false);
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
  expect(console.problems).toEqual([]);
}, 90_000);

test('payloads of any form and size are survived and counted', async () => {
  const before = refused()?.malformed ?? 0;
  const payloads = [
    '',
    '{}',
    'a.b.c',
    '\0\xff\xfe',
    'x'.repeat(200_000),
    Buffer.alloc(300_000, 65),
    '..',
    `${'A'.repeat(600)}.AA.${'A'.repeat(86)}`,
  ];
  for (const payload of payloads) await console.publish(console.topics.deviceRequest(mac), payload);
  await eventually(() => refused()?.malformed === before + payloads.length, 'each to be counted');
});

test('a viewer’s key reads but runs nothing, and a key that is taken from the trust document does nothing', async () => {
  const id = newJobId();
  await console.send(target, markerJob('viewer', id), { signer: site.viewer });
  expect(await console.result(mac, id)).toMatchObject({ state: 'rejected', error: { code: 'denied' } });
  const log = newJobId();
  const read = { type: 'job' as const, id: log, op: 'logs.read', args: { source: 'agent-stdout' } };
  await console.send(target, read, { signer: site.viewer });
  expect((await console.result(mac, log)).state).toBe('succeeded');
  await eventually(() => (refused()?.denied ?? 0) >= 1, 'the denied request to be counted');
  const running = newJobId();
  await console.send(target, { type: 'job', id: running, op: 'shell.run', args: { command: 'sleep 0.5' } });
  await console.send(target, { type: 'cancel', id: running }, { signer: site.viewer });
  expect((await console.result(mac, running)).state).toBe('succeeded');
  const unknown = refused()?.unknownKey ?? 0;
  await console.trust([{ publicKey: site.operator.publicKey, name: 'operator', role: 'operator' }]);
  await console.send(target, { ...read, id: newJobId() }, { signer: site.viewer });
  await eventually(() => refused()?.unknownKey === unknown + 1, 'the former viewer to be refused');
  await console.trust();
  expect(left('viewer')).toBe(false);
});

test('an older trust document, or one that someone else signed, changes nothing', async () => {
  const body = { v: 2, site: site.id, operators: [] };
  const publish = async (jws: string) => console.publish(console.topics.trust, jws);
  await publish(await site.key.sign('muster-trust', { ...body, version: 1 }));
  await publish(await site.operator.sign('muster-trust', { ...body, version: Number.MAX_SAFE_INTEGER }));
  await publish(
    await site.key.sign('muster-trust', { ...body, site: 'othersite9', version: Number.MAX_SAFE_INTEGER }),
  );
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
});

test('requests to all and to a group reach the devices that they are for, as soon as the link says so', async () => {
  const group = 'floor 3/küche';
  const all = newJobId();
  await console.send({ kind: 'all' }, { type: 'job', id: all, op: 'shell.run', args: { command: 'true' } });
  expect((await console.result(mac, all)).state).toBe('succeeded');
  await console.link(mac, publicKey, { groups: [group] });
  const id = newJobId();
  await eventually(async () => {
    await console.send(
      { kind: 'group', group },
      { type: 'job', id, op: 'shell.run', args: { command: 'true' } },
    );
    return console.job(mac, id).results.length > 0;
  }, 'the group request to arrive');
  await console.link(mac, publicKey);
  const gone = markerJob('left-group');
  await eventually(async () => {
    const before = refusedTotal(refused());
    await console.send({ kind: 'group', group }, gone);
    await console.run(mac, 'shell.run', { command: 'true' });
    return refusedTotal(refused()) === before; // not even heard any more
  }, 'the group to be left');
  expect(left('left-group')).toBe(false);
});

test('an operation that is not offered is rejected: an agent with a folder of its own never turns the machine off', async () => {
  for (const op of ['power.reboot', 'power.shutdown', 'service.control', 'time.set', 'identify', 'made.up']) {
    const { result } = await console.run(mac, op, {});
    expect(result).toMatchObject({ op, state: 'rejected', error: { code: 'unsupported' } });
  }
  expect(console.device(mac).presence.at(-1)?.capabilities).toEqual([
    'shell.run',
    'info.collect',
    'logs.read',
    'journal.read',
  ]);
});

test('a request whose number is too old is refused with the highest one, and runs once signed anew', async () => {
  const id = newJobId();
  const body = { type: 'job' as const, id, op: 'shell.run', args: { command: 'true' } };
  await console.send(target, body, { seq: 1 });
  const heard = console.job(mac, id);
  await eventually(() => heard.refusals.length === 1, 'the refusal');
  expect(heard.refusals[0]).toMatchObject({ jobId: id, reason: 'replayed', highestSeq: expect.any(Number) });
  await console.send(target, body, { seq: (heard.refusals[0]?.highestSeq ?? 0) + 1 });
  expect((await console.result(mac, id)).state).toBe('succeeded');
});

test('a job that is cancelled before it arrives never runs', async () => {
  const body = markerJob('cancelled-first');
  await console.send(target, { type: 'cancel', id: body.id });
  expect(await console.result(mac, body.id)).toMatchObject({ state: 'cancelled' });
  await console.send(target, body);
  await eventually(() => console.job(mac, body.id).results.length >= 2, 'the recorded result again');
  expect(console.job(mac, body.id).results[1]).toEqual(console.job(mac, body.id).results[0]);
  expect(left('cancelled-first')).toBe(false);
});
