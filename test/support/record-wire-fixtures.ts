/**
 * Records payloads for contract/wire/fixtures from a run of a real control centre, Mosquitto and agent:
 *   node_modules/.bin/node test/support/record-wire-fixtures.ts FOLDER
 * Fixtures are kept for ever: record into an empty folder and add what is new, never replace what is there.
 * What describes the recording machine (names, addresses, serial numbers) is replaced and signed anew with the same key.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { createSigner, type Signer } from '../../contract/wire/documents.ts';
import type { RequestBody, RequestTarget } from '../../contract/wire/messages/request.ts';
import { createTopics } from '../../contract/wire/topics.ts';
import { joinTestAgent, runAgentProgram } from './agent-process.ts';
import { startMosquitto } from './mosquitto.ts';
import { openMqttClient } from './mqtt-client.ts';
import { until } from './poll.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const MAC = 'B827EB407E5A';
const NEW_MAC = 'B827EB123456';
const LATE_MAC = 'B827EB654321';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder to write to.');
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'muster-fixtures-'));
const data = join(work, 'data');

const mosquitto = await startMosquitto();
const brokerUrl = mosquitto.url('mqtt', '127.0.0.1');
const centre = spawn(
  process.execPath,
  [join(ROOT, 'electron/headless.ts'), '--headless', '--no-open', '--json', '--no-announce', '--data', data],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
await new Promise((resolve) => centre.stdout.once('data', resolve));
const muster = (...args: string[]): string =>
  spawnSync(process.execPath, [join(ROOT, 'cli/main.ts'), '--data', data, ...args], { encoding: 'utf8' })
    .stdout;

const topics = createTopics('iotm-sys');
const listener = await openMqttClient(brokerUrl);
await listener.subscribe(`${topics.base}/#`);
muster('site', 'add', 'Plant South', '--broker', brokerUrl);
const enrolmentPath = join(work, 'plant-south.muster');
muster('enrol', '--uses', '2', '--hours', '24', '--out', enrolmentPath);
const enrolment = JSON.parse(readFileSync(enrolmentPath, 'utf8')) as EnrolmentFile;
const { siteId } = enrolment;
const secrets = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')).data.file.secrets;
const operator = await createSigner(JSON.parse(secrets['operator-key']));

type Test = (text: string) => boolean;
const heard = (topic: string, wanted: Test): string | undefined =>
  listener.messages
    .filter((message) => message.topic === topic)
    .map(({ payload }) => payload.toString())
    .find(wanted);
async function wait(topic: string, wanted: Test = () => true): Promise<string> {
  await until(() => heard(topic, wanted) !== undefined, `${topic} ${wanted}`, 30_000);
  return heard(topic, wanted) ?? '';
}
const payloadOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
const keyOf = async (state: string): Promise<Signer> =>
  createSigner(JSON.parse(readFileSync(join(state, 'device-key.json'), 'utf8')));

function keep(name: string, about: string, topic: string, payload: string): void {
  writeFileSync(
    join(folder ?? '', `${name}.json`),
    `${JSON.stringify({ about, topic, payload }, undefined, 2)}\n`,
  );
}

// Joining is answered on any broker: no account of the embedded one is needed to record it.
async function recordJoin(name: string, mac: string, file: object): Promise<void> {
  const path = join(work, `${name}.muster`);
  const state = join(work, `${name}-state`);
  writeFileSync(
    path,
    JSON.stringify({ ...enrolment, login: 'join', username: 'join', password: 'join', ...file }),
  );
  await runAgentProgram(['join', path, '--state', state, '--mac', mac]);
  const asked = { ...payloadOf(await wait(topics.join(mac))), hostName: 'press-08' };
  keep(
    name,
    'A device asks for an account.',
    topics.join(mac),
    await (await keyOf(state)).sign('muster-join', asked),
  );
  const answer = await wait(topics.joined(mac));
  keep(name.replace('join', 'joined'), 'The answer to it.', topics.joined(mac), answer);
}
await recordJoin('join', NEW_MAC, {});
await recordJoin('join-refused', LATE_MAC, { tokenId: 'revoked12345' });

muster('link', LATE_MAC, '--name', 'press-09');
const agent = await joinTestAgent({ enrolment, mac: MAC, folder: work });
agent.start();
keep('want', 'An agent lacks its link.', topics.want(MAC), await wait(topics.want(MAC)));
muster('link', MAC, '--name', 'press-07', '--tag', 'line 2', '--group', 'Halle Süd');
const link = await wait(topics.link(MAC), (jws) => payloadOf(jws).groups.length > 0);
const device = await keyOf(agent.state);

const request = topics.deviceRequest(MAC);
const isBody =
  (type: string): Test =>
  (jws) =>
    payloadOf(jws).body.type === type;
const isState =
  (type: string): Test =>
  (text) =>
    JSON.parse(text).type === type;
let seq = 500_000;
async function send(
  target: RequestTarget,
  body: RequestBody,
  topic: string,
  number = ++seq,
): Promise<string> {
  const jws = await operator.sign('muster-request', { v: 2, site: siteId, seq: number, target, body });
  await listener.publish(topic, jws);
  return jws;
}

muster('run', MAC, '--', 'echo "hello, wörld"; echo oops >&2; exit 3');
const [job] = JSON.parse(`[${muster('jobs', '--json').trim().split('\n').join(',')}]`);
const topic = topics.job(MAC, job.id);
await wait(topic, isState('finished'));
await wait(request, isBody('acknowledge'));

const slow = spawn(process.execPath, [
  join(ROOT, 'cli/main.ts'),
  '--data',
  data,
  'run',
  MAC,
  '--no-wait',
  '--',
  'sleep 60',
]);
await new Promise((resolve) => slow.once('close', resolve));
const [waiting] = JSON.parse(`[${muster('jobs', '--json').trim().split('\n').join(',')}]`);
await wait(topics.job(MAC, waiting.id), isState('running'));
muster('jobs', 'cancel', waiting.id);
await wait(topics.job(MAC, waiting.id), isState('finished'));

const cancelled = await send(
  { kind: 'device', mac: MAC },
  { type: 'cancel', id: 'never-seen-before' },
  request,
);
const output: RequestBody = { type: 'output', id: job.id, from: [{ stream: 'stdout', offset: 0 }] };
keep(
  'request-output',
  'Asks for kept output again.',
  request,
  await send({ kind: 'device', mac: MAC }, output, request),
);
const group = topics.groupRequest('Halle Süd');
const journal: RequestBody = { type: 'job', id: 'group-job-01', op: 'journal.read', args: { limit: 5 } };
keep(
  'request-group',
  'A job for a group.',
  group,
  await send({ kind: 'group', group: 'Halle Süd' }, journal, group),
);
await wait(topics.job(MAC, 'group-job-01'), isState('finished'));
const late: RequestBody = { type: 'job', id: 'out-of-order-1', op: 'info.collect', args: {} };
await send({ kind: 'device', mac: MAC }, late, request, payloadOf(cancelled).seq);
await wait(topics.job(MAC, 'out-of-order-1'), isState('refused'));

const metrics = await wait(topics.metrics(MAC), (text) => text.includes('cpuPercent'));
keep('metrics', 'Every 15 s.', topics.metrics(MAC), metrics);
const presence = (online: boolean): Promise<string> =>
  wait(topics.presence(MAC), (text) => JSON.parse(text).online === online);
const anonymous = (text: string): string =>
  JSON.stringify({ ...JSON.parse(text), bootId: '1c9c3a4e-0d1f-4a53-9a27-52e0f0a5f6d1' });
keep(
  'presence-online',
  'Retained; sent after every connect.',
  topics.presence(MAC),
  anonymous(await presence(true)),
);
await agent.stop();
keep(
  'presence-offline',
  'The last will, and said when stopped.',
  topics.presence(MAC),
  anonymous(await presence(false)),
);
const inventory = {
  ...payloadOf(await wait(topics.inventory(MAC))),
  ...{
    hostName: 'press-07',
    model: 'Raspberry Pi 4 Model B Rev 1.4',
    serial: '10000000a3c1f2e4',
    arch: 'arm64',
  },
  ...{ os: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.6.31+rpt-rpi-v8', memoryTotalBytes: 3_980_000_000 },
  addresses: [{ interface: 'eth0', address: '192.168.1.31', mac: MAC }],
  sshHostKeys: [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtleUtleUtleUtleUtleUtleUtleUtleUtleUtleUtl root@press-07',
  ],
};
keep('inventory', 'Retained.', topics.inventory(MAC), await device.sign('muster-inventory', inventory));
keep('trust', 'Retained.', topics.trust, await wait(topics.trust));
const unbound = topics.link(LATE_MAC);
keep('link-unbound', 'Retained: the device has not told its key yet.', unbound, await wait(unbound));
keep('link', 'Retained.', topics.link(MAC), link);
keep(
  'request-announce',
  'To all, after every connect of a console.',
  topics.allRequest,
  await wait(topics.allRequest, isBody('announce')),
);
for (const type of ['job', 'cancel', 'acknowledge'])
  keep(`request-${type}`, `A request of type ${type}.`, request, await wait(request, isBody(type)));
for (const type of ['accepted', 'running', 'output', 'finished'])
  keep(`job-${type}`, `A job message of type ${type}.`, topic, await wait(topic, isState(type)));
keep(
  'job-progress',
  'As the agent says it before a restart.',
  topic,
  '{"v":2,"seq":2,"type":"progress","text":"The device will restart in 5 s."}',
);
const cancelTopic = topics.job(MAC, waiting.id);
keep(
  'job-finished-cancelled',
  'The result of a cancelled job.',
  cancelTopic,
  await wait(cancelTopic, isState('finished')),
);
const groupTopic = topics.job(MAC, 'group-job-01');
keep('job-finished-value', 'A result with a value.', groupTopic, await wait(groupTopic, isState('finished')));
const lateTopic = topics.job(MAC, 'out-of-order-1');
keep(
  'job-refused',
  'The number of the request was used before.',
  lateTopic,
  await wait(lateTopic, isState('refused')),
);
const file = { ...enrolment, username: 'plant-south-devices', password: 'replaced' };
writeFileSync(join(folder, 'enrolment.json'), `${JSON.stringify(file, undefined, 2)}\n`);
const keys = {
  siteId,
  site: enrolment.sitePublicKey,
  operator: operator.publicKey,
  device: device.publicKey,
};
writeFileSync(join(folder, 'keys.json'), `${JSON.stringify(keys, undefined, 2)}\n`);

await listener.close();
centre.kill('SIGTERM');
await new Promise((resolve) => centre.once('close', resolve));
await mosquitto.stop();
rmSync(work, { recursive: true, force: true });
process.exit(0);
