import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EnrolmentFile } from '../contract/model/enrolment.ts';
import { useCliBench } from '../test/support/cli-bench.ts';
import { siteSample } from '../test/support/site-sample.ts';
import { createTestTerminal } from '../test/support/test-terminal.ts';

const bench = useCliBench();
const { start, muster, inputOf } = bench;

it('asks for the site’s name before it removes it', async () => {
  await start({ 'sites.remove': () => ({}) });
  const terminal = createTestTerminal({ isInteractive: true, answers: ['Depot'] });
  const { code, err } = await muster(['site', 'remove', 'depot'], terminal);
  expect(code).toBe(0);
  expect(err).toContain('with 1 linked device');
  expect(inputOf('sites.remove')).toEqual({ siteId: 'site0001', confirmName: 'Depot' });
});

it('starts a site here or joins a broker, with the password from a file', async () => {
  const file = join(bench.folder(), 'password');
  await writeFile(file, 'hunter2\n');
  await start({
    'sites.create': ({ name }) => siteSample({ name }),
    'sites.join': ({ name }) => siteSample({ name, broker: 'external' }),
  });
  expect((await muster(['site', 'add', 'Yard', '--port', '0'])).out).toContain('Yard (site0001)');
  expect(inputOf('sites.create')).toMatchObject({ name: 'Yard', broker: { tlsPort: 0 } });
  const joined = await muster([
    'site',
    'add',
    'Plant',
    '--broker',
    'mqtts://broker:8883',
    '--username',
    'ops',
    '--password-file',
    file,
    '--json',
  ]);
  expect(joined.documents()).toMatchObject([{ name: 'Plant', broker: 'external' }]);
  expect(inputOf('sites.join')).toMatchObject({
    broker: { url: 'mqtts://broker:8883', username: 'ops', password: 'hunter2' },
  });
});

it.each([
  [['--broker', 'http://broker'], 'mqtt://host:1883'],
  [['--broker', 'mqtt://broker', '--port', '1'], '--host and --port'],
  [['--broker', 'mqtts://broker', '--ca', '/no/such.pem'], '/no/such.pem'],
  [['--port', '70000'], '65535'],
])('says what is wrong with a site of %j', async (options, words) => {
  await start();
  const { code, err } = await muster(['site', 'add', 'Yard', ...options]);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

it('shows each stage of a connection test, and ends with 1 where one failed', async () => {
  await start({
    'sites.test': () => ({
      ok: false,
      stages: [
        { stage: 'name', ok: true, durationMs: 1.4, detail: '192.168.1.20', advice: '' },
        { stage: 'tcp', ok: false, durationMs: 3, detail: 'refused', advice: 'Is the broker running?' },
      ],
    }),
  });
  const { code, out } = await muster(['site', 'test']);
  expect(code).toBe(1);
  expect(out).toContain('tcp      failed     3 ms  refused\n');
  expect(out).toContain('Is the broker running?');
});

it('writes an enrolment file for this user alone, and overwrites nothing else', async () => {
  const file: EnrolmentFile = {
    muster: 2,
    siteId: 'site0001',
    siteName: 'Depot',
    sitePublicKey: 'A'.repeat(43),
    rootTopic: 'iotm-sys',
    brokerUrls: ['mqtts://192.168.1.20:8883'],
    login: 'join',
    username: 'join-1',
    password: 'secret',
    tokenId: 'abcdefgh',
    expiresAt: '2026-12-01T00:00:00Z',
  };
  const enrolment = {
    tokenId: 'abcdefgh',
    siteId: 'site0001',
    createdAt: '2026-11-25T00:00:00Z',
    createdBy: 'Ada',
    expiresAt: file.expiresAt,
    uses: 3,
    used: 0,
  };
  await start({
    'enrolments.create': () => ({ enrolment, file }),
    'enrolments.list': () => ({ enrolments: [enrolment] }),
  });
  const path = join(bench.folder(), 'depot.muster');
  const { code, out, err } = await muster(['enrol', '--uses', '3', '--hours', '0.5', '--out', path]);
  expect(code).toBe(0);
  expect(out).toBe(`${path}\n`);
  expect(err).toContain('muster-agent join');
  expect(err + out).not.toContain('secret');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(file);
  expect(inputOf('enrolments.create')).toEqual({ siteId: 'site0001', uses: 3, hours: 0.5 });
  expect((await muster(['enrol', '--out', path])).code).toBe(0);
  expect((await muster(['enrol'])).documents()).toEqual([file]);
  expect((await muster(['enrol', '--list'])).out).toContain('0 of 3');

  const other = join(bench.folder(), 'letter.txt');
  await writeFile(other, 'dear Ada');
  expect((await muster(['enrol', '--out', other])).code).toBe(5);
  expect(await readFile(other, 'utf8')).toBe('dear Ada');
  expect((await muster(['enrol', '--out', join(bench.folder(), 'none', 'x')])).code).toBe(2);
});
