import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import { Join } from '../../contract/wire/messages/site.ts';
import { createTopics } from '../../contract/wire/topics.ts';
import { joinTestAgent, runAgentProgram, sharedEnrolment } from '../support/agent-process.ts';
import { freePort, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { openMqttClient } from '../support/mqtt-client.ts';
import { createTestSite, eventually, type TestSite } from '../support/test-console.ts';

// Real programs on a machine that may be busy: patience is not what is tested.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mac = 'B827EB0000AA';
const account = { username: 'join-token1234', password: 'secret' };
let broker: Mosquitto;
let site: TestSite;
let folder: string;
let count = 0;

beforeAll(async () => {
  broker = await startMosquitto({
    tls: true,
    users: { [account.username]: account.password, centre: 'centre' },
  });
  site = await createTestSite();
  folder = mkdtempSync(join(tmpdir(), 'muster-join-'));
});
afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const newPath = (kind: string): string => {
  count += 1;
  return join(folder, `${kind}-${count}`);
};
const newState = (): string => newPath('state');
function write(content: unknown): string {
  const path = newPath('file');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const enrolment = (more: Partial<EnrolmentFile> = {}): EnrolmentFile =>
  sharedEnrolment(site, [broker.url('mqtts')], { ...account, caPem: broker.caPem, ...more });
const join_ = (source: string, state = newState()) =>
  runAgentProgram(['join', source, '--state', state, '--mac', mac]);

/** Answers join requests as a control centre does, signed by the given key. */
async function answerJoins(key: Signer, ok = true) {
  const topics = createTopics('iotm-sys');
  const session = await openMqttClient(broker.url(), { username: 'centre', password: 'centre' });
  const asked: Join[] = [];
  const opener = createDocumentOpener();
  session.client.on('message', (_topic, payload) => {
    void (async () => {
      const { payload: request, publicKey } = await opener.open({
        ...{
          jws: payload.toString(),
          type: 'muster-join',
          limitBytes: 8192,
          schema: Join,
          accepts: () => true,
        },
      });
      expect(request.publicKey).toBe(publicKey);
      asked.push(request);
      const error = { code: 'denied', message: 'This enrolment is used up. Make a new one.' };
      const answer = {
        v: 2,
        site: site.id,
        mac: request.mac,
        publicKey,
        nonce: request.nonce,
        ok,
        error: ok ? null : error,
      };
      await session.publish(topics.joined(request.mac), await key.sign('muster-joined', answer));
    })();
  });
  await session.subscribe(topics.join('+'));
  return { asked, close: session.close };
}

test('joining the embedded broker gives the device a key and an account of its own, kept for its eyes only', async () => {
  const centre = await answerJoins(site.key);
  const state = newState();
  const { code, stdout, stderr } = await join_(write(enrolment({ login: 'join' })), state);
  await centre.close();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Joined the site “Test site” as B8:27:EB:00:00:AA.');
  const config = JSON.parse(readFileSync(join(state, 'config.json'), 'utf8'));
  expect(config).toMatchObject({
    mac,
    siteId: site.id,
    username: mac,
    password: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const key = JSON.parse(readFileSync(join(state, 'device-key.json'), 'utf8'));
  expect(centre.asked[0]).toMatchObject({ mac, tokenId: 'token1234', publicKey: key.x });
  for (const name of ['config.json', 'device-key.json'])
    expect(statSync(join(state, name)).mode & 0o777).toBe(0o600);
  expect(stdout).not.toContain(config.password);
  // Joining again keeps the key: the link is bound to it.
  const again = await runAgentProgram(['join', write(enrolment()), '--state', state, '--mac', mac]);
  expect(again.code).toBe(0);
  expect(JSON.parse(readFileSync(join(state, 'device-key.json'), 'utf8'))).toEqual(key);
});

test('joining another site keeps the device’s key and forgets what the former site said and asked for', async () => {
  const state = newState();
  expect((await join_(write(enrolment()), state)).code).toBe(0);
  const key = readFileSync(join(state, 'device-key.json'), 'utf8');
  const kept = ['trust.jws', 'link.jws', 'journal.jsonl'].map((name) => join(state, name));
  for (const path of kept) writeFileSync(path, 'x');
  expect((await join_(write(enrolment()), state)).code).toBe(0);
  expect(kept.map((path) => existsSync(path))).toEqual([true, true, true]);
  expect((await join_(write(enrolment({ siteId: 'othersite9' })), state)).code).toBe(0);
  expect(kept.map((path) => existsSync(path))).toEqual([false, false, false]);
  expect(readFileSync(join(state, 'device-key.json'), 'utf8')).toBe(key);
});

test('a site that refuses says why, and an answer that someone else signed is no answer', async () => {
  const stranger = await answerJoins(await createSigner(await generatePrivateKey()));
  const centre = await answerJoins(site.key, false);
  const { code, stderr } = await join_(write(enrolment({ login: 'join' })));
  expect([code, stderr]).toEqual([9, 'muster-agent: This enrolment is used up. Make a new one.\n']);
  expect(stranger.asked.length).toBe(1);
  await stranger.close();
  await centre.close();
});

test('each thing that can be wrong has its exit code and a sentence that says what to do', async () => {
  const other = await startMosquitto({ tls: true });
  const cases: [expected: number, word: string, source: string][] = [
    [6, 'does not exist', join(folder, 'nothing.muster')],
    [6, 'not an enrolment file', write('{"muster": 1}')],
    [6, 'not JSON', write('hello')],
    [6, 'more than', write('x'.repeat(70_000))],
    [6, 'http', 'ftp://example/x'],
    [7, 'expired', write(enrolment({ expiresAt: '2021-01-01T00:00:00Z' }))],
    [8, 'Nothing listens', write(enrolment({ brokerUrls: [`mqtt://127.0.0.1:${await freePort()}`] }))],
    [8, 'not known', write(enrolment({ brokerUrls: ['mqtt://no-such-host.invalid'] }))],
    [9, 'refuses this user or password', write(enrolment({ password: 'wrong' }))],
    [9, 'not the broker', write(enrolment({ caPem: other.caPem }))],
    [9, 'not the broker', write(enrolment({ serverName: 'site-other.muster.internal' }))],
    [9, 'written as mqtt://', write(enrolment({ brokerUrls: ['localhost:1883'] }))],
  ];
  const ends = await Promise.all(cases.map(([, , source]) => join_(source)));
  for (const [index, [expected, word]] of cases.entries()) {
    const { code, stderr, stdout } = ends[index] ?? { code: null, stderr: '', stdout: '' };
    expect([code, stdout], stderr).toEqual([expected, '']);
    expect(stderr).toContain(word);
    expect(stderr).toMatch(/^muster-agent: [^\n]+\.\n$/);
  }
  const file = write(enrolment());
  const noFolder = await join_(file, '/dev/null/state');
  expect([noFolder.code, noFolder.stderr.split('\n').length]).toEqual([10, 2]);
  for (const args of [
    [],
    ['fly'],
    ['join'],
    ['join', file, 'x'],
    ['run', '--nonsense'],
    ['join', file, '--mac', 'zz'],
  ]) {
    const { code, stderr } = await runAgentProgram(args);
    expect([code, stderr.split('\n').length], args.join(' ')).toEqual([2, 2]);
  }
  await other.stop();
});

test('an enrolment file can be fetched by http, over few redirects and with a limit on its size', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/file') response.end(JSON.stringify(enrolment()));
    else if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (request.url === '/long') response.end('x'.repeat(1_000_000));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await join_(`${base}/moved`)).code).toBe(0);
  expect((await join_(`file://${write(enrolment())}`)).code).toBe(0);
  for (const [path, word] of [
    ['/loop', 'for ever'],
    ['/long', 'more than'],
    ['/token-abc', 'no such enrolment'],
  ] as const) {
    const { code, stderr } = await join_(base + path);
    expect(code).toBe(6);
    expect(stderr).toContain(word);
    expect(stderr).not.toContain(path); // addresses may hold a token
  }
  server.close();
});

test('while an agent runs on a folder, no other may run there or join', async () => {
  const agent = await joinTestAgent({ enrolment: enrolment(), mac });
  agent.start();
  await eventually(() => agent.log().includes('"connected"'), 'the agent to run');
  const second = await runAgentProgram(['run', '--state', agent.state]);
  expect([second.code, second.stderr]).toEqual([11, expect.stringContaining(`process ${agent.pid}`)]);
  expect((await join_(write(enrolment()), agent.state)).code).toBe(11);
  await agent.kill9();
  agent.start(); // the lock of a killed one is no obstacle
  await eventually(() => agent.log().split('"connected"').length === 3, 'it to run again');
  await agent.remove();
});
