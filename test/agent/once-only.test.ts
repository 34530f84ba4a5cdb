import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
let agents: TestAgent[];

beforeEach(async () => {
  broker = await startMosquitto({ config: ['set_tcp_nodelay true'], persistence: true });
  site = await createTestSite();
  console = await openTestConsole({ url: broker.url(), site });
  await console.trust();
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) await agent.remove();
  await console?.close();
  await broker?.stop();
});

async function startLinked(folder?: string): Promise<TestAgent> {
  const agent = await joinTestAgent({
    ...{ enrolment: sharedEnrolment(site, [broker.url()]), mac },
    ...(folder !== undefined && { folder }),
  });
  agents.push(agent);
  agent.start();
  const { inventory } = await console.online(mac);
  await console.link(mac, inventory?.publicKey ?? '');
  await console.run(mac, 'info.collect', {});
  return agent;
}

const job = (id: string, command: string, args: Record<string, unknown> = {}) => ({
  ...{ type: 'job' as const, id, op: 'shell.run' },
  args: { command, ...args },
});
const runs = (pid: number): boolean => {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) [ZX]/.test(readFileSync(path, 'utf8'));
};
const typesOf = (id: string): string[] => console.job(mac, id).messages.map(({ type }) => type);

/** As a console does: sends what has no result again, anew after a refusal, until every job has one. */
async function sendUntilDone(bodies: ReturnType<typeof job>[], timeoutMs: number): Promise<void> {
  const sentAt = new Map<string, { atMs: number; refusals: number }>();
  await eventually(
    async () => {
      const open = bodies.filter(({ id }) => console.job(mac, id).results.length === 0);
      for (const body of open) {
        const { refusals } = console.job(mac, body.id);
        const last = sentAt.get(body.id);
        const now = performance.now();
        if (last && now - last.atMs < 700 && last.refusals === refusals.length) continue;
        sentAt.set(body.id, { atMs: now, refusals: refusals.length });
        await console.send(target, body).catch(() => undefined); // the broker is away: again later
      }
      return open.length === 0;
    },
    'every job to have a result',
    timeoutMs,
  );
}

test('an agent that is killed at random moments runs no command twice and reports every one', async () => {
  const agent = await startLinked();
  const file = join(agent.folder, 'ran');
  writeFileSync(file, '');
  const bodies = Array.from({ length: 60 }, () => {
    const id = newJobId();
    return job(id, `echo ${id} >> ${file}; sleep 0.0${Math.floor(Math.random() * 10)}`);
  });
  let done = false;
  const killing = (async () => {
    for (let kill = 0; kill < 12 && !done; kill += 1) {
      const pauseMs = 100 + Math.random() * 500;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await agent.kill9();
      agent.start();
    }
  })();
  await sendUntilDone(bodies, 60_000);
  done = true;
  await killing;
  const ran = readFileSync(file, 'utf8').trim().split('\n');
  expect(new Set(ran).size).toBe(ran.length);
  for (const { id } of bodies) {
    const results = console.job(mac, id).results;
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(['succeeded', 'interrupted']).toContain(results[0]?.state);
    if (results[0]?.state === 'succeeded') expect(ran).toContain(id);
  }
  expect(console.problems).toEqual([]);
}, 90_000);

test('a broker that is killed ten times costs no result, and no command runs twice', async () => {
  const agent = await startLinked();
  const file = join(agent.folder, 'ran');
  const bodies = Array.from({ length: 40 }, () => {
    const id = newJobId();
    return job(id, `echo ${id} >> ${file}; sleep 0.3; head -c 200000 /dev/zero`);
  });
  const sending = sendUntilDone(bodies, 80_000);
  for (let kill = 0; kill < 10; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await broker.kill9();
    await broker.restart();
    await console.reconnect();
    await console.trust();
    await eventually(() => !agent.ended(), 'the agent to live');
  }
  await sending;
  expect(readFileSync(file, 'utf8').trim().split('\n').sort()).toEqual(bodies.map(({ id }) => id).sort());
  for (const { id } of bodies) {
    const { results } = console.job(mac, id);
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toMatchObject({ state: 'succeeded', output: { stdout: { bytes: 200_000 } } });
  }
}, 120_000);

test('a job that ran when the agent was killed is interrupted, its processes are ended, and a waiting one may be sent again', async () => {
  const agent = await startLinked();
  const running = Array.from({ length: 8 }, () =>
    job(newJobId(), 'echo $$; trap "" TERM HUP; while :; do sleep 0.2; done'),
  );
  const waiting = job(newJobId(), 'true');
  for (const body of [...running, waiting]) await console.send(target, body);
  await eventually(() => typesOf(waiting.id).includes('accepted'), 'the last one to be accepted');
  const first = running[0]?.id ?? '';
  await eventually(() => console.job(mac, first).output.stdout.size > 0, 'its process number');
  const pid = Number(console.job(mac, first).output.stdout.get(0));
  await agent.kill9();
  expect(runs(pid)).toBe(true);
  agent.start();
  const result = await console.result(mac, first);
  expect(result).toMatchObject({ state: 'interrupted', exitCode: null, durationMs: null, output: null });
  expect(result.error?.message).toContain('have been ended');
  for (const { id } of running) expect((await console.result(mac, id)).state).toBe('interrupted');
  expect(runs(pid)).toBe(false);
  await sendUntilDone([waiting], 10_000);
  expect(console.job(mac, waiting.id).results[0]?.state).toBe('succeeded');
});

test('stopping the agent ends what runs, records it as interrupted, says goodbye and takes less than five seconds', async () => {
  const agent = await startLinked();
  console.setAcknowledge(false);
  const body = job(newJobId(), 'trap "" TERM; echo $$; while :; do sleep 0.2; done');
  await console.send(target, body);
  await eventually(() => console.job(mac, body.id).output.stdout.size > 0, 'the job to run');
  const startedAtMs = performance.now();
  expect(await agent.stop()).toBe(0);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  await eventually(() => console.device(mac).presence.at(-1)?.online === false, 'presence offline');
  expect(runs(Number(console.job(mac, body.id).output.stdout.get(0)))).toBe(false);
  console.setAcknowledge(true);
  agent.start();
  expect(await console.result(mac, body.id)).toMatchObject({ state: 'interrupted', signal: 'SIGKILL' });
});

test('results that nobody has acknowledged are told again on every connect, until somebody does', async () => {
  const agent = await startLinked();
  console.setAcknowledge(false);
  const { id, result } = await console.run(mac, 'shell.run', { command: 'echo kept' });
  const heard = console.job(mac, id);
  await agent.stop();
  agent.start();
  await eventually(() => heard.results.length >= 2, 'the result after a restart');
  await console.send({ kind: 'all' }, { type: 'announce', jitterMs: 0 });
  await eventually(() => heard.results.length >= 3, 'the result after an announce');
  expect(heard.results[2]).toEqual(result);
  heard.output.stdout.clear();
  await console.send(target, { type: 'output', id, from: [{ stream: 'stdout', offset: 0 }] });
  await eventually(
    () => heard.output.stdout.get(0)?.toString() === 'kept\n',
    'the output of before the restart',
  );
  await console.send(target, { type: 'acknowledge', ids: [id] });
  await eventually(() => !existsSync(join(agent.state, 'jobs', `${id}.stdout`)), 'the output to be removed');
  const told = heard.results.length;
  await console.send({ kind: 'all' }, { type: 'announce', jitterMs: 0 });
  await console.run(mac, 'info.collect', {});
  expect(heard.results.length).toBe(told);
  // A repeated request still gets the recorded result.
  await console.send(target, job(id, 'echo kept'));
  await eventually(() => heard.results.length > told, 'the recorded result');
});

test('a journal that a power cut tore and a disk fault damaged starts again, keeps what it can and says so', async () => {
  const agent = await startLinked();
  const { id } = await console.run(mac, 'shell.run', { command: 'true' });
  await agent.kill9();
  const path = join(agent.state, 'journal.jsonl');
  writeFileSync(path, `rubbish\n${readFileSync(path, 'utf8')}`);
  appendFileSync(path, '{"t":"accepted","id":"torn-torn-torn","op":"sh');
  agent.start();
  await eventually(() => agent.log().includes('journal-repaired'), 'the repair to be reported');
  await eventually(() => agent.log().split('"connected"').length === 3, 'the agent to be back');
  await console.send(target, job(id, 'touch /never'));
  await eventually(() => console.job(mac, id).results.length >= 2, 'the recorded result');
  expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
});

test.runIf(process.getuid?.() === 0)(
  'on a full disk a job is rejected with a sentence and nothing runs; with space again all goes on',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
    try {
      mkdirSync(join(folder, 'data'));
      await startLinked(folder);
      const long = newJobId();
      await console.send(target, job(long, `while [ ! -e ${folder}/go ]; do sleep 0.1; done; echo late`));
      await eventually(() => typesOf(long).includes('running'), 'a job to run');
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(4_000_000))).toThrow('ENOSPC');
      // The last page of the journal may have room for a few more lines.
      const marker = `/tmp/muster-full-${process.pid}`;
      const states: string[] = [];
      for (let count = 0; count < 60 && states.at(-1) !== 'rejected'; count += 1) {
        const { id, result } = await console.run(mac, 'shell.run', { command: `echo >> ${marker}` });
        states.push(result.state);
        if (result.state !== 'rejected') continue;
        expect(result).toMatchObject({ error: { code: 'no-space' }, durationMs: null });
        expect(result.error?.message).toContain('disk is full');
        expect(typesOf(id)).toEqual(['finished']);
      }
      expect(states.at(-1)).toBe('rejected');
      expect(readFileSync(marker, 'utf8').length).toBe(states.length - 1);
      rmSync(marker);
      // What runs already still ends with its true result: its line has a place in reserve.
      rmSync(join(folder, 'filler'));
      writeFileSync(join(folder, 'go'), '');
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(4_000_000))).toThrow('ENOSPC');
      expect(await console.result(mac, long)).toMatchObject({
        state: 'succeeded',
        exitCode: 0,
        output: { stdout: { bytes: 5 } },
      });
      rmSync(join(folder, 'filler'));
      expect((await console.run(mac, 'shell.run', { command: 'true' })).result.state).toBe('succeeded');
    } finally {
      for (const agent of agents) await agent.kill9();
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
