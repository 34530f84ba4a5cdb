import { expect, it } from 'vitest';
import { LINKED_MAC, useCliBench } from '../test/support/cli-bench.ts';

const { start, muster, inputOf } = useCliBench();

it('lists, shows, cancels and retries jobs', async () => {
  await start();
  await muster(['run', LINKED_MAC, '--', 'uptime']);
  expect((await muster(['jobs'])).out).toMatch(/job-1 .* succeeded +1 of 1 ok +uptime\n/);
  expect((await muster(['jobs', '--json'])).documents()).toMatchObject([
    { id: 'job-1', results: [{ mac: LINKED_MAC }] },
  ]);
  const shown = await muster(['jobs', 'show', 'job-1']);
  expect(shown.out).toContain('State  1 device: 1 succeeded');
  expect((await muster(['jobs', 'show', 'job-1', '--json'])).documents()).toMatchObject([
    { id: 'job-1', state: 'succeeded', results: [{ mac: LINKED_MAC, exitCode: 0, stdout: '' }] },
  ]);
  expect((await muster(['jobs', 'watch', 'job-1'])).code).toBe(0);
  expect((await muster(['jobs', 'cancel', 'job-1', '--device', LINKED_MAC])).code).toBe(0);
  expect(inputOf('jobs.cancel')).toEqual({ jobId: 'job-1', macs: [LINKED_MAC] });
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
  expect((await muster(['logs', LINKED_MAC, 'agent-stdout', '--lines', '5'])).code).toBe(0);
  expect(inputOf('jobs.start')).toMatchObject({
    op: 'logs.read',
    args: { source: 'agent-stdout', lines: 5 },
  });
  const wrong = await muster(['logs', LINKED_MAC, 'syslog']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('agent-stdout, agent-stderr');
  expect((await muster(['service', 'ssh', 'explode', LINKED_MAC])).err).toContain('restart');
  expect((await muster(['service', 'ssh', 'restart', '--all'])).code).toBe(0);
  expect((await muster(['info', LINKED_MAC])).code).toBe(0);
});
