import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { A, type OnJob, startPressFleet, succeed } from '../test/support/press-fleet.ts';
import type { ScriptedControlCentre } from '../test/support/scripted-control-centre.ts';
import { createTestTerminal, runMuster } from '../test/support/test-terminal.ts';

let centre: ScriptedControlCentre | undefined;

afterEach(async () => {
  await centre?.stop();
  centre = undefined;
});

async function start(onJob: OnJob): Promise<ScriptedControlCentre> {
  centre = await startPressFleet(onJob);
  return centre;
}

it('sends a script with its arguments, variables and limits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-script-'));
  const file = join(folder, 'install.sh');
  await writeFile(file, 'echo "$1"\n');
  const { dataFolder, calls } = await start(succeed);
  const options = [
    '--interpreter',
    'bash',
    '--user',
    'pi',
    '--cwd',
    '/tmp',
    '--env',
    'A=1',
    '--env',
    'B=x=y',
  ];
  const run = await runMuster(
    ['run', A, '--script', file, ...options, '--timeout', '5', '--deadline', '60', '--', 'one', '--two'],
    dataFolder,
  );
  await rm(folder, { recursive: true });
  expect(run.code).toBe(0);
  expect(calls.find(({ name }) => name === 'jobs.start')?.input).toMatchObject({
    deadlineSec: 60,
    args: {
      script: 'echo "$1"\n',
      arguments: ['one', '--two'],
      interpreter: 'bash',
      user: 'pi',
      workingDirectory: '/tmp',
      environment: { A: '1', B: 'x=y' },
      timeoutSec: 5,
    },
  });
});

it.each([
  [['run', A], 'two dashes'],
  [['run', '--', 'true'], 'which devices'],
  [['run', A, '--all', '--', 'true'], 'only one'],
  [['run', 'no-such-pi', '--', 'true'], 'neither a MAC address nor the name'],
  [['run', A, '--env', '1=2', '--', 'true'], 'NAME=VALUE'],
  [['run', A, '--script', '/no/such/file'], '/no/such/file'],
  [['run', A, '--timeout', 'soon', '--', 'true'], 'whole number'],
  [['run', A, '--wrong', '--', 'true'], '--wrong'],
])('says what is wrong with %j and does nothing', async (args, words) => {
  const { dataFolder, calls } = await start(succeed);
  const { code, err, out } = await runMuster(args, dataFolder);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(out).toBe('');
  expect(calls.filter(({ name }) => name === 'jobs.start')).toEqual([]);
});

it('takes a script from standard input', async () => {
  const { dataFolder, calls } = await start(succeed);
  const terminal = createTestTerminal({ input: 'id\n' });
  await runMuster(['run', 'PRESS-01', '--script', '-'], dataFolder, terminal);
  expect(calls.find(({ name }) => name === 'jobs.start')?.input).toMatchObject({ args: { script: 'id\n' } });
});

it('says that no device has a tag', async () => {
  const { dataFolder } = await start(succeed);
  const { code, err } = await runMuster(['run', '--tag', 'pres', '--', 'true'], dataFolder);
  expect(code).toBe(5);
  expect(err).toContain('the tag pres');
});
