import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Handlers } from '../contract/rpc/contract.ts';
import { deviceSample } from '../test/support/device-sample.ts';
import {
  type ScriptedControlCentre,
  startScriptedControlCentre,
} from '../test/support/scripted-control-centre.ts';
import { siteSample } from '../test/support/site-sample.ts';
import { type CommandRun, runMuster, type TestTerminal } from '../test/support/test-terminal.ts';

const A = 'B827EB000001';
const B = 'B827EB000002';
let folder: string;
let centre: ScriptedControlCentre | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-cli-'));
});
afterEach(async () => {
  await centre?.stop();
  centre = undefined;
  await rm(folder, { recursive: true });
});

async function start(
  handlers: Partial<Handlers> = {},
  sites = [siteSample()],
): Promise<ScriptedControlCentre> {
  centre = await startScriptedControlCentre({
    sites,
    devices: [
      deviceSample({ mac: A, name: 'press-10' }),
      deviceSample({
        mac: B,
        name: 'press-9',
        online: false,
        state: 'offline',
        linked: false,
        tags: ['old'],
      }),
    ],
    onJob: (job, macs, fake) => {
      for (const mac of macs) fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    },
    handlers,
  });
  return centre;
}
const muster = (args: string[], terminal?: TestTerminal): Promise<CommandRun> => {
  if (!centre) throw new Error('start the control centre first');
  return runMuster(args, centre.dataFolder, terminal);
};
const inputOf = (name: string): unknown => centre?.calls.find((call) => call.name === name)?.input;

it('lists, shows, cancels and retries jobs', async () => {
  await start();
  await muster(['run', A, '--', 'uptime']);
  expect((await muster(['jobs'])).out).toMatch(/job-1 .* succeeded +1 of 1 ok +uptime\n/);
  expect((await muster(['jobs', '--json'])).documents()).toMatchObject([
    { id: 'job-1', results: [{ mac: A }] },
  ]);
  const shown = await muster(['jobs', 'show', 'job-1']);
  expect(shown.out).toContain('State  1 device: 1 succeeded');
  expect((await muster(['jobs', 'show', 'job-1', '--json'])).documents()).toMatchObject([
    { id: 'job-1', state: 'succeeded', results: [{ mac: A, exitCode: 0, stdout: '' }] },
  ]);
  expect((await muster(['jobs', 'watch', 'job-1'])).code).toBe(0);
  expect((await muster(['jobs', 'cancel', 'job-1', '--device', A])).code).toBe(0);
  expect(inputOf('jobs.cancel')).toEqual({ jobId: 'job-1', macs: [A] });
  expect((await muster(['jobs', 'retry', 'job-1'])).code).toBe(0);
});

it('says that there is no such job', async () => {
  await start();
  for (const verb of ['show', 'watch', 'cancel', 'retry']) {
    const { code, err } = await muster(['jobs', verb, 'a1b2']);
    expect([verb, code]).toEqual([verb, 5]);
    expect(err).toContain('no job a1b2');
  }
  expect((await muster(['jobs', 'show', 'not/an id'])).code).toBe(2);
});

it('reads a log and controls a unit, and names the choices where one is wrong', async () => {
  await start();
  expect((await muster(['logs', A, 'agent-stdout', '--lines', '5'])).code).toBe(0);
  expect(inputOf('jobs.start')).toMatchObject({
    op: 'logs.read',
    args: { source: 'agent-stdout', lines: 5 },
  });
  const wrong = await muster(['logs', A, 'syslog']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('agent-stdout, agent-stderr');
  expect((await muster(['service', 'ssh', 'explode', A])).err).toContain('restart');
  expect((await muster(['service', 'ssh', 'restart', '--all'])).code).toBe(0);
  expect((await muster(['info', A])).code).toBe(0);
});
