import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../contract/lib/errors.ts';
import { LINKED_MAC, UNLINKED_MAC, useCliBench } from '../test/support/cli-bench.ts';
import { deviceSample } from '../test/support/device-sample.ts';
import { siteSample } from '../test/support/site-sample.ts';
import { createTestTerminal, runMuster } from '../test/support/test-terminal.ts';

const bench = useCliBench();
const { start, muster, inputOf } = bench;

it('ends with 4 and says how to start where no control centre runs', async () => {
  for (const args of [['status'], ['devices', '--json'], ['run', LINKED_MAC, '--', 'true']]) {
    const { code, err } = await runMuster(args, bench.folder());
    expect(code).toBe(4);
    expect(err).toContain(bench.folder());
    expect(err).toContain('npm start');
  }
});

it.each([
  ['nothing', ''],
  ['no JSON', '{"url":'],
  ['something else', '{"url":1}'],
  [
    'an address where nobody is',
    JSON.stringify({
      url: 'ws://127.0.0.1:1/rpc',
      token: 'x'.repeat(43),
      pid: 1,
      startedAt: '2026-11-25T00:00:00Z',
    }),
  ],
])('ends with 4 where control.json holds %s', async (_what, text) => {
  await writeFile(join(bench.folder(), 'control.json'), text);
  expect((await runMuster(['status'], bench.folder())).code).toBe(4);
});

it('prints an error as JSON too where JSON is asked for', async () => {
  const { code, err, documents } = await runMuster(['status', '--json'], bench.folder());
  expect(code).toBe(4);
  expect(documents()).toEqual([
    { error: { code: 'offline', message: expect.stringContaining(bench.folder()) } },
  ]);
  expect(err).toContain(bench.folder());
  const usage = await runMuster(['devices', '--json', '--limt', '3'], bench.folder());
  expect(usage.code).toBe(2);
  expect(usage.documents()).toEqual([
    { error: { code: 'invalid', message: expect.stringContaining('--limt') } },
  ]);
});

it('ends with 0 for help and version, with 2 for an unknown command and for none', async () => {
  expect(await runMuster(['--help'], bench.folder())).toMatchObject({ code: 0, err: '' });
  expect((await runMuster(['--help'], bench.folder())).out).toContain('Exit codes:');
  expect((await runMuster(['--version'], bench.folder())).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await runMuster(['frobnicate'], bench.folder())).toMatchObject({ code: 2, out: '' });
  expect((await runMuster([], bench.folder())).code).toBe(2);
  expect((await runMuster(['site'], bench.folder())).code).toBe(2);
});

it('lists devices by name in human order, and as the contract’s documents', async () => {
  await start();
  const table = await muster(['devices']);
  expect(table.out.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'NAME',
    'press-9',
    'press-10',
    '',
  ]);
  expect((await muster(['devices', '--json'])).documents()).toMatchObject([
    { mac: UNLINKED_MAC, linked: false, online: false },
    { mac: LINKED_MAC, linked: true, online: true, agentVersion: '0.1.0', demo: false },
  ]);
  expect((await muster(['devices', '--online', '--json'])).documents()).toMatchObject([{ mac: LINKED_MAC }]);
  expect((await muster(['devices', '--tag', 'old', '--json'])).documents()).toMatchObject([
    { mac: UNLINKED_MAC },
  ]);
  expect((await muster(['devices', '--linked', '--offline', '--json'])).documents()).toEqual([]);
  expect((await muster(['--json', 'devices', '--unlinked'])).documents()).toMatchObject([
    { mac: UNLINKED_MAC },
  ]);
});

it('links devices and answers for each by itself', async () => {
  await start({
    'devices.link': ({ macs }) => ({
      results: macs.map((text) =>
        text === 'junk'
          ? { text, device: null, error: { code: 'invalid', message: 'That is no MAC.' }, already: false }
          : { text, device: deviceSample({ mac: LINKED_MAC }), error: null, already: false },
      ),
    }),
  });
  const { code, out, err } = await muster([
    'link',
    LINKED_MAC,
    'junk',
    '--tag',
    'x',
    '--tag',
    'y',
    '--group',
    'g',
  ]);
  expect(code).toBe(1);
  expect(out).toContain(`${LINKED_MAC} press-07: linked`);
  expect(err).toContain('junk: That is no MAC.');
  expect(inputOf('devices.link')).toMatchObject({
    macs: [LINKED_MAC, 'junk'],
    edit: { tags: ['x', 'y'], groups: ['g'] },
  });
  expect((await muster(['link', LINKED_MAC, UNLINKED_MAC, '--name', 'x'])).code).toBe(2);
});

it('asks before a reboot, and takes --yes or the right answer only', async () => {
  await start();
  const refused = await muster(['reboot', LINKED_MAC]);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('--yes');
  const wrong = createTestTerminal({ isInteractive: true, answers: ['no'] });
  expect((await muster(['reboot', LINKED_MAC], wrong)).code).toBe(130);
  expect(inputOf('jobs.start')).toBeUndefined();
  const right = createTestTerminal({ isInteractive: true, answers: ['yes'] });
  const { code, err } = await muster(['reboot', LINKED_MAC, '--delay', '5'], right);
  expect(code).toBe(0);
  expect(err).toContain('Reboot press-10 of the site Depot. Type yes to go on: ');
  expect(inputOf('jobs.start')).toMatchObject({ op: 'power.reboot', args: { delaySec: 5 } });
  expect((await muster(['shutdown', '--all', '--yes'])).code).toBe(0);
});

it('verifies the audit log', async () => {
  await start({ 'audit.verify': () => ({ entries: 7, brokenAtSeq: 3 }) });
  const { code, out } = await muster(['audit', '--verify']);
  expect(code).toBe(1);
  expect(out).toContain('broken at entry 3');
});

it('prints the address of the interface with the token in the fragment', async () => {
  const { dataFolder } = await start();
  const { out } = await muster(['open', '--print']);
  const { url, token } = JSON.parse(await readFile(join(dataFolder, 'control.json'), 'utf8'));
  expect(out).toBe(`${String(url).replace('ws', 'http').replace('rpc', '')}#token=${token}\n`);
});

it('sums up sites, devices and jobs', async () => {
  await start();
  expect((await muster(['status', '--json'])).documents()).toMatchObject([
    {
      version: '0.1.0',
      role: 'admin',
      sites: [{ name: 'Depot' }],
      devices: { linked: 1, online: 1, notOnline: 0, discovered: 1 },
      jobs: { running: 0, waiting: 0 },
    },
  ]);
  expect((await muster(['status'])).out).toContain('1 of 1 linked online, 1 not linked');
});

it('asks for --site where there are several', async () => {
  await start({}, [siteSample(), siteSample({ id: 'site0002', name: 'Harbour' })]);
  const { code, err } = await muster(['run', '--all', '--', 'true']);
  expect(code).toBe(2);
  expect(err).toContain('Harbour (site0002)');
  expect((await muster(['run', '--all', '--site', 'depot', '--', 'true'])).code).toBe(0);
});

it('hands on the control centre’s own sentence', async () => {
  await start({
    'demo.start': () => {
      throw new AppError('no-space', 'The disk is full: free some.');
    },
  });
  expect(await muster(['demo', 'start'])).toMatchObject({
    code: 6,
    err: 'muster: The disk is full: free some.\n',
  });
});
