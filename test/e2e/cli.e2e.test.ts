import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { JobResultWithOutput } from '../../contract/model/job.ts';
import { agentSources, runAgentProgram } from '../support/agent-process.ts';
import {
  type CommandEnd,
  endOfCommand,
  runMusterCommand,
  spawnMusterCommand,
} from '../support/muster-command.ts';
import { type MusterProcess, startMuster } from '../support/muster-process.ts';

// From nothing to a fleet with the command line alone: the real control centre, its broker and real agents.

const A = '02BB00000001';
const B = '02BB00000002';
const C = '02BB00000003';
let control: MusterProcess;
let folder: string;
const agents = new Map<string, ChildProcess>();

const muster = (...args: string[]): Promise<CommandEnd> => runMusterCommand(control.dataFolder, args);
const documents = async (...args: string[]): Promise<Record<string, unknown>[]> => {
  const { stdout } = await muster('--json', ...args);
  return String(stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
};
const startAgent = (mac: string): void => {
  const args = [...agentSources.args, 'run', '--state', join(folder, mac)];
  agents.set(mac, spawn(agentSources.node, args, { stdio: 'ignore' }));
};
const stopAgent = async (mac: string): Promise<void> => {
  const child = agents.get(mac);
  agents.delete(mac);
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
};
const stateOf = async (mac: string): Promise<unknown> =>
  (await documents('devices')).find((device) => device.mac === mac)?.state;

beforeAll(async () => {
  control = await startMuster({});
  folder = mkdtempSync(join(tmpdir(), 'muster-cli-'));
});
afterAll(async () => {
  for (const mac of [...agents.keys()]) await stopAgent(mac);
  await control?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

it('makes a site, enrols agents and links them', async () => {
  const added = await muster('site', 'add', 'Depot', '--host', '127.0.0.1', '--port', '0');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const file = join(folder, 'depot.muster');
  expect(await muster('enrol', '--uses', '2', '--hours', '1', '--out', file)).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const mac of [A, B]) {
    const joined = await runAgentProgram(['join', file, '--state', join(folder, mac), '--mac', mac]);
    expect(joined.code, joined.stderr).toBe(0);
    startAgent(mac);
  }
  await expect
    .poll(() => documents('devices', '--online').then((list) => list.length), { timeout: 15_000 })
    .toBe(2);
  expect((await muster('link', '02:bb:00:00:00:01', '--name', 'press-01', '--tag', 'press')).code).toBe(0);
  const [second] = await documents('link', B, '--tag', 'press', '--group', 'hall');
  expect(second).toMatchObject({ mac: B, linked: true, tags: ['press'], groups: ['hall'], demo: false });
  expect((await muster('link', C, '--name', 'spare')).code).toBe(0);
  expect((await muster('link', 'no mac')).code).toBe(2);
  expect(await stateOf(C)).toBe('never-seen');
});

it('runs a command on one device with its streams and outcome as they are', async () => {
  const good = await muster('run', A, '--', 'echo out; echo err >&2');
  expect({ ...good, stdout: String(good.stdout) }).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' });
  const bad = await muster('run', 'press-01', '--', 'exit 3');
  expect(bad).toMatchObject({ code: 1, stderr: 'press-01: failed, exit code 3\n' });
  const [job] = await documents('run', A, '--', 'echo out; echo err >&2; exit 3');
  expect(job).toMatchObject({ op: 'shell.run', state: 'failed' });
  expect(job?.results).toMatchObject([
    { mac: A, state: 'failed', exitCode: 3, signal: null, stdout: 'out\n', stderr: 'err\n', error: null },
  ]);
});

it('runs a command on many, prefixes their lines and compares them', async () => {
  const { code, stdout, stderr } = await muster('run', '--tag', 'press', '--', 'echo same');
  expect(code).toBe(0);
  const lines = String(stdout).split('\n');
  expect(lines).toContain('press-01: same');
  expect(lines.filter((line) => line.endsWith(': same'))).toHaveLength(2);
  expect(stderr).toContain('2 devices: 2 succeeded (all 2 identical)');
});

it('gives 20 MB as far as they are kept, says what is missing, and minds a reader who leaves', async () => {
  const { code, stdout, stderr } = await muster('run', A, '--', 'yes | head -c 20000000');
  expect(code).toBe(0);
  const missing = Number(/(\d+) bytes of stdout were not kept/.exec(stderr)?.[1]);
  expect(stdout.length + missing).toBe(20_000_000);
  const [job] = await documents('jobs', '--limit', '1');
  const [result] = z.array(JobResultWithOutput).parse(job?.results);
  expect(result?.stdout.length).toBe(stdout.length);
  expect(result?.output?.stdout.bytes).toBe(20_000_000);

  const leaving = spawnMusterCommand(control.dataFolder, ['run', A, '--', 'yes | head -c 20000000']);
  const ended = endOfCommand(leaving);
  leaving.stdout.once('data', () => leaving.stdout.destroy());
  expect(await ended).toMatchObject({ code: 141, stderr: '' });
});

it('tells true outcomes of what goes wrong on a device', async () => {
  const outcome = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stderr } = await muster('run', A, ...args);
    return [code, stderr];
  };
  expect(await outcome('--timeout', '1', '--', 'sleep 60')).toEqual([
    1,
    expect.stringContaining('timed out'),
  ]);
  expect(await outcome('--interpreter', '/no/such', '--', 'x')).toEqual([
    1,
    expect.stringContaining('/no/such'),
  ]);
  expect(await outcome('--user', 'nobody-here', '--', 'id')).toEqual([
    1,
    expect.stringContaining('nobody-here'),
  ]);
  expect(await outcome('--', 'if then')).toEqual([1, expect.stringContaining('exit code 2')]);
  const binary = await muster('run', A, '--', String.raw`printf '\377\000\001'`);
  expect(binary.stdout).toEqual(Buffer.from([255, 0, 1]));
});

it('keeps a job for an offline device, cancels it before it runs, and delivers another when it appears', async () => {
  await stopAgent(B);
  await expect.poll(() => stateOf(B), { timeout: 15_000 }).toBe('offline');
  const marker = join(folder, 'ran');
  const waiting = await muster('run', `${A},${B}`, '--', `echo "$$" >> ${marker}-cancelled`);
  expect(waiting.code).toBe(3);
  expect(waiting.stderr).toContain('2 devices: 1 succeeded, 1 waiting');
  const [first] = await documents('jobs', '--limit', '1');
  const cancelled = await documents('jobs', 'cancel', String(first?.id));
  expect(cancelled[0]?.results).toContainEqual(expect.objectContaining({ mac: B, state: 'cancelled' }));
  expect((await muster('run', B, '--no-wait', '--', `echo hello; echo x >> ${marker}`)).code).toBe(0);

  const [second] = await documents('jobs', '--limit', '1');
  const watching = muster('jobs', 'watch', String(second?.id));
  expect((await watching).code).toBe(3);
  startAgent(B);
  await expect.poll(() => stateOf(B), { timeout: 15_000 }).toBe('online');
  const watched = await muster('jobs', 'watch', String(second?.id));
  expect([watched.code, String(watched.stdout)]).toEqual([0, 'hello\n']);
  expect(statSync(marker).size).toBe(2);
  const shown = await muster('jobs', 'show', String(first?.id));
  expect(String(shown.stdout)).toContain('1 succeeded, 1 cancelled');
});

it('retries the devices that failed, and only those', async () => {
  const flag = join(folder, 'flag');
  const command = `echo "$0" > /dev/null; test -e ${flag}`;
  expect((await muster('run', A, '--', command)).code).toBe(1);
  const [failed] = await documents('jobs', '--limit', '1');
  await muster('run', A, '--', `touch ${flag}`);
  expect((await muster('jobs', 'retry', String(failed?.id))).code).toBe(0);
  const again = await muster('jobs', 'retry', 'nosuchjob');
  expect([again.code, again.stderr]).toEqual([5, expect.stringContaining('nosuchjob')]);
});

it('lets go at Ctrl-C and says how to end the job', async () => {
  const child = spawnMusterCommand(control.dataFolder, ['run', A, '--', 'echo begun; sleep 300']);
  const ended = endOfCommand(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  const [, id = ''] = /muster jobs cancel (\S+)/.exec(stderr) ?? [];
  expect((await muster('jobs', 'cancel', id)).code).toBe(0);
  await expect
    .poll(async () => (await documents('jobs', 'show', id))[0]?.state, { timeout: 15_000 })
    .toBe('cancelled');
});

it('reads logs and facts, and shows status and audit', async () => {
  expect((await muster('logs', A, 'agent-stdout', '--lines', '2')).code).toBe(0);
  expect(String((await muster('info', A)).stdout)).toContain(A);
  expect((await documents('status'))[0]).toMatchObject({ devices: { linked: 3, online: 2, notOnline: 1 } });
  const actions = (await documents('audit')).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['shell.run', 'devices.link']));
  expect((await muster('audit', '--verify')).code).toBe(0);
});

it('takes an unlinked device’s right to be commanded, and removes the site only when told twice', async () => {
  expect((await muster('unlink', A)).code).toBe(0);
  expect((await muster('run', A, '--', 'true')).code).toBe(1);
  const refused = await muster('site', 'remove', 'Depot');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  expect((await muster('site', 'remove', 'depot', '--yes')).code).toBe(0);
  expect(await documents('site', 'list')).toEqual([]);
});

it('says that no control centre runs, with 4', async () => {
  const { code, stdout, stderr } = await runMusterCommand(folder, ['devices', '--json']);
  expect(code).toBe(4);
  expect(JSON.parse(String(stdout))).toMatchObject({ error: { code: 'offline' } });
  expect(stderr).toContain('Start Muster');
  expect(process.exitCode).toBeUndefined();
});
