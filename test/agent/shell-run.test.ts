import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AGENT_OPEN_JOBS, OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES } from '../../contract/wire/limits.ts';
import { joinTestAgent, sharedEnrolment, type TestAgent } from '../support/agent-process.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import {
  assemble,
  createTestSite,
  eventually,
  newJobId,
  openTestConsole,
  type TestConsole,
} from '../support/test-console.ts';

// Real programs on a machine that may be busy: patience is not what is tested.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const mac = 'B827EB000001';
let broker: Mosquitto;
let console: TestConsole;
let agent: TestAgent;

beforeAll(async () => {
  broker = await startMosquitto({ config: ['set_tcp_nodelay true'] });
  const site = await createTestSite();
  console = await openTestConsole({ url: broker.url(), site });
  await console.trust();
  agent = await joinTestAgent({ enrolment: sharedEnrolment(site, [broker.url()]), mac });
  agent.start();
  const { inventory } = await console.online(mac);
  await console.link(mac, inventory?.publicKey ?? '');
});
afterAll(async () => {
  await agent?.remove();
  await console?.close();
  await broker?.stop();
});

const shell = (args: Record<string, unknown>, timeoutMs?: number) =>
  console.run(mac, 'shell.run', args, timeoutMs);
const text = (chunks: Map<number, Buffer>): string => assemble(chunks).bytes.toString('utf8');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const runs = (pid: number): boolean => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !/\) [ZX]/.test(stat);
};

test('a command gives its output, its exit code and its messages in order', async () => {
  const { result, heard } = await shell({ command: 'echo out; echo err >&2; exit 3' });
  expect(result).toMatchObject({ state: 'failed', exitCode: 3, signal: null, error: null, value: null });
  expect(text(heard.output.stdout)).toBe('out\n');
  expect(text(heard.output.stderr)).toBe('err\n');
  const types = heard.messages.map(({ type }) => type);
  expect(types.slice(0, 2)).toEqual(['accepted', 'running']);
  expect(types.at(-1)).toBe('finished');
  expect(heard.messages.map(({ seq }) => seq)).toEqual(types.map((_, index) => index));
  expect((await shell({ command: 'true' })).result).toMatchObject({ state: 'succeeded', exitCode: 0 });
});

test('programs can open /dev/stdout and /dev/stderr themselves', async () => {
  const { result, heard } = await shell({ command: 'echo one > /dev/stdout; echo two > /dev/stderr' });
  expect(result.state).toBe('succeeded');
  expect(text(heard.output.stdout)).toBe('one\n');
  expect(text(heard.output.stderr)).toBe('two\n');
});

test('of 20 MB all is counted and hashed, head and tail arrive whole, and the rest is said to be missing', async () => {
  const { result, heard } = await shell({ command: 'seq 1 3000000 | head -c 20000000' }, 20_000);
  const all = Buffer.from(
    Array.from({ length: 3_000_000 }, (_, index) => `${index + 1}\n`).join(''),
  ).subarray(0, 20_000_000);
  expect(result.output?.stdout).toEqual({
    bytes: 20_000_000,
    sha256: sha256(all),
    kept: [
      { offset: 0, length: OUTPUT_HEAD_BYTES },
      { offset: 20_000_000 - OUTPUT_TAIL_BYTES, length: OUTPUT_TAIL_BYTES },
    ],
  });
  const { bytes, ranges } = assemble(heard.output.stdout);
  expect(ranges).toEqual(result.output?.stdout.kept);
  expect(
    bytes.equals(Buffer.concat([all.subarray(0, OUTPUT_HEAD_BYTES), all.subarray(-OUTPUT_TAIL_BYTES)])),
  ).toBe(true);
});

test('binary output arrives byte for byte', async () => {
  const { result, heard } = await shell({ command: 'head -c 300000 /dev/urandom' });
  const { bytes, sha256: heardSha256 } = assemble(heard.output.stdout);
  expect(bytes.length).toBe(300_000);
  expect(result.output?.stdout.sha256).toBe(heardSha256);
});

test('output is live, and a command that never ends is cancelled with its whole process group', async () => {
  const id = newJobId();
  const target = { kind: 'device' as const, mac };
  const command = 'trap "" TERM; sleep 1000 & echo $$ $!; while :; do sleep 1; done';
  await console.send(target, { type: 'job', id, op: 'shell.run', args: { command, timeoutSec: 0 } });
  const { output } = console.job(mac, id);
  await eventually(() => output.stdout.size > 0, 'the first output');
  const pids = text(output.stdout).trim().split(' ').map(Number);
  expect(pids.map(runs)).toEqual([true, true]);
  await console.send(target, { type: 'cancel', id });
  const result = await console.result(mac, id);
  expect(result).toMatchObject({ state: 'cancelled', signal: 'SIGKILL', error: { code: 'cancelled' } });
  expect(pids.map(runs)).toEqual([false, false]);
});

test('a command that runs too long is ended with its children', async () => {
  const { result, heard } = await shell({ command: 'sleep 1000 & echo $!; wait', timeoutSec: 1 });
  expect(result).toMatchObject({ state: 'timed-out', signal: 'SIGTERM', error: { code: 'timeout' } });
  expect(result.durationMs).toBeGreaterThanOrEqual(1000);
  expect(runs(Number(text(heard.output.stdout)))).toBe(false);
});

test('a command that leaves a process behind ends with its own exit code, and the process goes on', async () => {
  const { result, heard } = await shell({
    command: '(while :; do sleep 0.05; echo tick; done) & echo pid $!; exit 7',
  });
  expect(result).toMatchObject({ state: 'failed', exitCode: 7, value: { backgroundProcesses: true } });
  const pid = Number(/pid (\d+)/.exec(text(heard.output.stdout))?.[1]);
  expect((await shell({ command: 'sleep 0.3' })).result.state).toBe('succeeded');
  expect(runs(pid)).toBe(true); // it still prints: nobody closed its pipe
  process.kill(pid, 'SIGKILL');
});

test('a signal is told as such', async () => {
  expect((await shell({ command: 'kill -9 $$' })).result).toMatchObject({
    ...{ state: 'failed', exitCode: null, signal: 'SIGKILL', error: null },
  });
});

test('a shell syntax error is the shell’s own answer', async () => {
  const { result, heard } = await shell({ command: 'if true; then' });
  expect(result).toMatchObject({ state: 'failed', exitCode: 2 });
  expect(text(heard.output.stderr)).toContain('yntax error');
});

test('scripts get their arguments, environment, folder and interpreter', async () => {
  mkdirSync(join(agent.folder, 'work'));
  const { result, heard } = await shell({
    script: 'echo "$1|$2|$GREETING|$(pwd)|$BASH_VERSION"\ncat\n',
    interpreter: 'bash',
    arguments: ['a b', '$HOME'],
    environment: { GREETING: 'héllo' },
    workingDirectory: join(agent.folder, 'work'),
  });
  expect(result.state).toBe('succeeded');
  expect(text(heard.output.stdout)).toMatch(
    new RegExp(`^a b\\|\\$HOME\\|héllo\\|${agent.folder}/work\\|\\d`),
  );
  const named = await shell({ command: 'echo $0 $1', arguments: ['first'] });
  expect(text(named.heard.output.stdout)).toBe('sh first\n');
});

test.each([
  [{ command: 'x', interpreter: '/no/such/shell' }, 'not-found', 'interpreter'],
  [{ command: 'x', interpreter: 'no-such-shell' }, 'not-found', 'interpreter'],
  [{ command: 'x', user: 'no-such-user' }, 'not-found', 'user'],
  [{ command: 'x', workingDirectory: '/no/such/folder' }, 'not-found', '/no/such/folder'],
  [{ command: 'x', workingDirectory: '/etc/passwd' }, 'invalid', 'folder'],
  [{ command: 'x', workingDirectory: 'relative' }, 'invalid', 'begin with'],
  [{ command: 'a\0b' }, 'invalid', 'NUL'],
  [{ command: 'é'.repeat(70_000) }, 'too-large', 'script'],
])('what cannot be started has failed with a sentence (%#)', async (args, code, word) => {
  const { result } = await shell(args);
  expect(result).toMatchObject({ state: 'failed', exitCode: null, error: { code } });
  expect(result.error?.message).toContain(word);
});

test.each([
  [{}, 'invalid'],
  [{ command: 'x', script: 'y' }, 'invalid'],
  [{ command: 'x', timeoutSec: -1 }, 'invalid'],
  [{ command: 'x', user: '../etc' }, 'invalid'],
])('arguments that the contract does not allow are rejected (%#)', async (args, code) => {
  expect((await shell(args)).result).toMatchObject({ state: 'rejected', error: { code }, durationMs: null });
});

test.runIf(process.getuid?.() === 0)(
  'a command runs as another user, with that user’s groups, home and script',
  async () => {
    chmodSync(agent.folder, 0o711); // as /var/lib is; the folders of tests are closed to others
    const { result, heard } = await shell({
      script: 'id -un; id -G; echo $HOME; echo x > /dev/stdout',
      user: 'daemon',
    });
    expect(result).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(text(heard.output.stdout)).toBe('daemon\n1\n/usr/sbin\nx\n');
  },
);

test('more jobs than may run at a time wait their turn, and cancelling one that waits means that it never runs', async () => {
  const target = { kind: 'device' as const, mac };
  const ids = Array.from({ length: 10 }, newJobId);
  const marker = join(agent.folder, 'ran');
  for (const id of ids) {
    const command = `while [ ! -e ${marker}.go ]; do sleep 0.05; done; echo ${id} >> ${marker}`;
    await console.send(target, { type: 'job', id, op: 'shell.run', args: { command } });
  }
  const typesOf = (id: string): string[] => console.job(mac, id).messages.map(({ type }) => type);
  await eventually(() => ids.every((id) => typesOf(id).includes('accepted')), 'all to be accepted');
  expect(ids.filter((id) => typesOf(id).includes('running'))).toHaveLength(8);
  const last = ids.at(-1) ?? '';
  await console.send(target, { type: 'cancel', id: last });
  expect(await console.result(mac, last)).toMatchObject({ state: 'cancelled', durationMs: null });
  await console.send(target, { type: 'cancel', id: ids[0] ?? '' });
  await console.result(mac, ids[0] ?? '');
  writeFileSync(`${marker}.go`, '');
  for (const id of ids.slice(1, -1)) expect((await console.result(mac, id)).state).toBe('succeeded');
  const ran = readFileSync(marker, 'utf8').trim().split('\n');
  expect(ran.sort()).toEqual(ids.slice(1, -1).sort());
});

test('an agent holds so many jobs and rejects one more with a sentence, and goes on when they are cancelled', async () => {
  const target = { kind: 'device' as const, mac };
  const ids = Array.from({ length: AGENT_OPEN_JOBS }, newJobId);
  const waits = { type: 'job' as const, op: 'shell.run', args: { command: 'sleep 1000' } };
  for (const id of ids) await console.send(target, { ...waits, id });
  const { result } = await shell({ command: 'true' });
  expect(result).toMatchObject({ state: 'rejected', error: { code: 'conflict' }, durationMs: null });
  expect(result.error?.message).toContain(`${AGENT_OPEN_JOBS} jobs wait`);
  for (const id of ids) await console.send(target, { type: 'cancel', id });
  for (const id of ids) expect((await console.result(mac, id)).state).toBe('cancelled');
  expect((await shell({ command: 'true' })).result.state).toBe('succeeded');
});

test('kept output is sent again from any offset on request, until the result is acknowledged', async () => {
  console.setAcknowledge(false);
  const target = { kind: 'device' as const, mac };
  const { id, result, heard } = await shell({ command: 'head -c 100000 /dev/zero | tr "\\0" a; echo e >&2' });
  heard.output.stdout.clear();
  await console.send(target, { type: 'output', id, from: [{ stream: 'stdout', offset: 99_000 }] });
  await eventually(() => heard.results.length === 2, 'the result again, after its output');
  expect(assemble(heard.output.stdout).ranges).toEqual([{ offset: 99_000, length: 1000 }]);
  expect(heard.results[1]).toEqual(result);
  expect(existsSync(join(agent.state, 'jobs', `${id}.stdout`))).toBe(true);
  await console.send(target, { type: 'acknowledge', ids: [id] });
  await eventually(() => !existsSync(join(agent.state, 'jobs', `${id}.stdout`)), 'the output to be removed');
  console.setAcknowledge(true);
  expect(console.problems).toEqual([]);
});
