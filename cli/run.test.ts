import { afterEach, expect, it } from 'vitest';
import { deviceSample } from '../test/support/device-sample.ts';
import { A, B, C, type OnJob, startPressFleet, succeed } from '../test/support/press-fleet.ts';
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

it('gives one device’s output on its own streams, untouched, and nothing else', async () => {
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.print(job.id, mac, 'stdout', 'no line end');
      fake.print(job.id, mac, 'stderr', Buffer.from([0, 255, 10]));
      fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    }
  });
  const terminal = createTestTerminal();
  const { code, out } = await runMuster(['run', A, '--', 'printf', 'x'], dataFolder, terminal);
  expect(code).toBe(0);
  expect(out).toBe('no line end');
  expect(terminal.errBytes()).toEqual(Buffer.from([0, 255, 10]));
  expect(centre?.calls.find(({ name }) => name === 'jobs.start')?.input).toMatchObject({
    siteId: 'site0001',
    op: 'shell.run',
    args: { command: 'printf x' },
    target: { kind: 'devices', macs: [A] },
  });
});

it('puts the name before each line of several devices and says how they compare', async () => {
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.print(job.id, mac, 'stdout', 'li');
      fake.print(job.id, mac, 'stdout', 'ne 1\r\nline 2 without end');
      fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    }
  });
  const { code, out, err } = await runMuster(['run', '--tag', 'press', '--', 'uname'], dataFolder);
  expect(code).toBe(0);
  expect(out.split('\n').sort()).toEqual([
    '',
    'press-01: line 1',
    'press-01: line 2 without end',
    'press-02: line 1',
    'press-02: line 2 without end',
  ]);
  expect(err).toContain('2 devices: 2 succeeded (all 2 identical)');
});

it('ends with 1 when a device failed, and says which and why', async () => {
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.print(job.id, mac, 'stderr', 'no such file\n');
      fake.set(
        job.id,
        mac,
        mac === A ? { state: 'failed', exitCode: 3 } : { state: 'succeeded', exitCode: 0 },
      );
    }
  });
  const { code, err } = await runMuster(['run', `${A},${B}`, '--', 'cat', 'x'], dataFolder);
  expect(code).toBe(1);
  expect(err).toContain('press-01: failed, exit code 3');
  expect(err).toContain('1 succeeded, 1 failed');
});

it('ends with 3 when all that is left waits for an offline device', async () => {
  const { dataFolder } = await start(succeed);
  const { code, err } = await runMuster(['run', '--all', '--', 'true'], dataFolder);
  expect(code).toBe(3);
  expect(err).toContain('oven: waiting');
  expect(err).toContain('3 devices: 2 succeeded, 1 waiting');
});

it('waits for a queued device that is online, until it goes offline', async () => {
  const fake = await start(() => undefined);
  const run = runMuster(['run', A, '--', 'true'], fake.dataFolder);
  await expect.poll(() => fake.calls.some(({ name }) => name === 'jobs.watch')).toBe(true);
  fake.changeDevice(B, { online: false, state: 'offline' });
  fake.changeDevice(A, { online: false, state: 'offline' });
  const { code, err } = await run;
  expect(code).toBe(3);
  expect(err).toContain('Its job is kept: muster jobs watch ');
});

it('does not wait for a device whose identity is in doubt', async () => {
  const fake = await start(() => undefined);
  const alarm = { kind: 'cloned-key' as const, message: 'Cloned card.', since: '2026-11-25T00:00:00Z' };
  fake.devices[0] = deviceSample({ mac: A, name: 'press-01', alarms: [alarm] });
  expect((await runMuster(['run', A, '--', 'true'], fake.dataFolder)).code).toBe(3);
});

it('writes output in order and whole although events came late, twice or never', async () => {
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.set(job.id, mac, { state: 'running' });
      fake.print(job.id, mac, 'stdout', 'one ', true);
      fake.print(job.id, mac, 'stdout', 'two ');
      fake.print(job.id, mac, 'stdout', 'three ', true);
      fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    }
  });
  expect((await runMuster(['run', A, '--', 'count'], dataFolder)).out).toBe('one two three ');
});

it('hands on 20 MB to a slow reader without gathering them', async () => {
  const line = Buffer.alloc(256 * 1024, 'x');
  const parts = 80;
  const { dataFolder } = await start((job, macs, fake) => {
    const [mac = ''] = macs;
    let sent = 0;
    const more = (): void => {
      for (let index = 0; index < 10; index += 1) fake.print(job.id, mac, 'stdout', line);
      sent += 10;
      if (sent < parts) setImmediate(more);
      else fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    };
    more();
  });
  const terminal = createTestTerminal({ slowMs: 1 });
  const { code } = await runMuster(['run', A, '--', 'yes'], dataFolder, terminal);
  expect(code).toBe(0);
  expect(terminal.outBytes().length).toBe(parts * line.length);
  expect(terminal.largestWrite()).toBeLessThan(512 * 1024);
});

it('prints one JSON document with the contract’s names and the whole output', async () => {
  const text = 'ü€😀"\\\n'.repeat(20_000);
  const binary = Buffer.from(Array.from({ length: 200_001 }, (_, index) => (index * 7) % 256));
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.print(job.id, mac, 'stdout', mac === A ? text : 'short');
      fake.print(job.id, mac, 'stderr', mac === A ? binary : '');
      fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    }
  });
  const terminal = createTestTerminal();
  const run = await runMuster(['run', `${A},${B}`, '--json', '--', 'x'], dataFolder, terminal);
  expect(run.code).toBe(0);
  expect(run.documents()).toHaveLength(1);
  const [job] = run.documents() as [Record<string, unknown>];
  expect(job).toMatchObject({ id: 'job-1', op: 'shell.run', state: 'succeeded', createdBy: 'Ada' });
  const [first, second] = job.results as [Record<string, unknown>, Record<string, unknown>];
  expect(first).toMatchObject({ mac: A, state: 'succeeded', exitCode: 0, signal: null, error: null });
  expect(first.stdout).toBe(text);
  expect(first).toMatchObject({ stdoutEncoding: 'utf8', stderrEncoding: 'base64' });
  expect(Buffer.from(String(first.stderr), 'base64').equals(binary)).toBe(true);
  expect(second).toMatchObject({ mac: B, stdout: 'short', stderr: '' });
  expect(terminal.largestWrite()).toBeLessThan(1024 * 1024);
});

it('does not wait with --no-wait, and prints the id', async () => {
  const { dataFolder } = await start(() => undefined);
  const { code, out } = await runMuster(['run', '--all', '--no-wait', '--', 'true'], dataFolder);
  expect(code).toBe(0);
  expect(out).toBe('job-1\n');
});

it('says at Ctrl-C that the job goes on and how to end it', async () => {
  const fake = await start((job, macs, centre) => centre.set(job.id, macs[0] ?? '', { state: 'running' }));
  const terminal = createTestTerminal();
  const run = runMuster(['run', A, '--', 'sleep', '1000'], fake.dataFolder, terminal);
  await expect.poll(() => fake.calls.some(({ name }) => name === 'jobs.watch')).toBe(true);
  terminal.interrupt();
  const { code, err } = await run;
  expect(code).toBe(130);
  expect(err).toContain('muster jobs cancel job-1');
});

it('ends with 4 when the control centre goes away, and says where to look later', async () => {
  const fake = await start((job, macs, centre) => centre.set(job.id, macs[0] ?? '', { state: 'running' }));
  const run = runMuster(['run', A, '--', 'sleep', '1000'], fake.dataFolder);
  await expect.poll(() => fake.calls.some(({ name }) => name === 'jobs.watch')).toBe(true);
  await fake.stop();
  centre = undefined;
  const { code, err } = await run;
  expect(code).toBe(4);
  expect(err).toContain('muster jobs watch job-1');
});

it('folds identical output with --fold', async () => {
  const { dataFolder } = await start((job, macs, fake) => {
    for (const mac of macs) {
      fake.print(job.id, mac, 'stdout', mac === C ? 'other\n' : 'same\n');
      fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
    }
  });
  const { out } = await runMuster(['run', '--all', '--fold', '--', 'x'], dataFolder);
  expect(out.match(/same/g)).toHaveLength(1);
  expect(out).toContain('press-01, press-02 · succeeded\nsame\n');
  expect(out).toContain('2 identical, 1 differs');
});

it('shows a person how far it is while nothing else is written, and takes the line away', async () => {
  const { dataFolder } = await start(succeed);
  const terminal = createTestTerminal({ isInteractive: true });
  const { err } = await runMuster(['run', '--all', '--json', '--', 'x'], dataFolder, terminal);
  expect(err).toContain('\r\u001b[2K3 devices: ');
  expect(err.endsWith(' …\r\u001b[2K')).toBe(true);
});
