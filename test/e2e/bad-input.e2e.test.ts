import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../contract/lib/errors.ts';
import { type ControlProcess, failToStart, startControlCentre } from '../support/control-process.ts';
import { until } from '../support/poll.ts';
import { startSite, testMac } from '../support/start-site.ts';

/** The error of a call, as its caller sees it. */
async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}

const isSentence = /^[“A-Z0-9/][^\n]*[.!?]$/;

describe('what is typed wrong', () => {
  let control: ControlProcess;
  let siteId: string;
  beforeAll(async () => {
    control = await startControlCentre();
    ({ id: siteId } = await control.call('sites.create', {
      name: 'Typing',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    }));
  });
  afterAll(() => control?.remove());

  it('is told for each MAC by itself while the good ones are linked', async () => {
    const texts = ['b8:27:eb:00:00:01', 'B827EB000001', 'B8-27-EB-00-00', 'zz:27:eb:00:00:01', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', ''];
    const { results } = await control.call('devices.link', { siteId, macs: texts });
    expect(results.map(({ text }) => text)).toEqual(texts);
    expect(results.map(({ device }) => device?.mac ?? null)).toEqual([
      'B827EB000001',
      'B827EB000001',
      null,
      null,
      null,
      null,
      null,
    ]);
    for (const { error } of results.slice(2)) {
      expect(error?.code).toBe('invalid');
      expect(error?.message).toMatch(isSentence);
    }
  });

  it.each([
    ['no scheme', { url: 'broker.local:1883' }, /mqtt:\/\/host:1883/],
    ['another scheme', { url: 'http://broker.local' }, /mqtt:\/\/host:1883/],
    ['user and password in the address', { url: 'mqtt://user:secret@broker.local' }, /without user and password/],
    ['text that is no certificate', { url: 'mqtts://127.0.0.1:1', caPem: 'my certificate' }, /BEGIN/],
    [
      'a certificate that cannot be read',
      { url: 'mqtts://127.0.0.1:1', caPem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      /certificate/,
    ],
    ['a port where nothing listens', { url: 'mqtt://127.0.0.1:1' }, /[Nn]othing|refuse/],
    ['a name that nobody knows', { url: 'mqtt://no-such-host.invalid:1883' }, /no-such-host\.invalid/],
  ])('is told of a broker with %s, and no site is made', async (_what, broker, words) => {
    const error = await refusal(control.call('sites.join', { name: 'Wrong', broker }));
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('secret');
    expect([...control.mirror.sites.values()].map(({ name }) => name)).toEqual(['Typing']);
  });

  it('is told of a root topic with wildcards, an unknown interpreter argument, and an unknown site', async () => {
    const topic = await refusal(
      control.call('sites.join', { name: 'x', broker: { url: 'mqtt://127.0.0.1:1', rootTopic: 'a/#' } }),
    );
    expect(topic.message).toContain('root topic');
    const target = { kind: 'devices' as const, macs: ['B827EB000001'] };
    const both = await refusal(
      control.call('jobs.start', { siteId, op: 'shell.run', args: { command: 'a', script: 'b' }, target }),
    );
    expect(both).toMatchObject({ code: 'invalid' });
    expect(both.message).toContain('either a command or a script');
    const site = await refusal(control.call('enrolments.list', { siteId: 'nosuchsite0' }));
    expect(site).toMatchObject({ code: 'not-found' });
    expect(site.message).toMatch(isSentence);
    const tag = await refusal(
      control.call('jobs.start', { siteId, op: 'info.collect', args: {}, target: { kind: 'tag', tag: 'roof' } }),
    );
    expect(tag.message).toBe('No linked device of this site has the tag “roof”.');
  });

  it('is told of arguments that are too much for one message before anything is stored', async () => {
    const { jobs: before } = await control.call('jobs.list', { siteId });
    const error = await refusal(
      control.call('jobs.start', {
        siteId,
        op: 'shell.run',
        args: { script: '"'.repeat(120_000) },
        target: { kind: 'devices', macs: ['B827EB000001'] },
      }),
    );
    expect(error.code).toBe('invalid');
    expect(error.message).toMatch(/bytes together; send a larger program as a file\.$/);
    expect((await control.call('jobs.list', { siteId })).jobs).toHaveLength(before.length);
  });

  it('is told of a port that another program has, and the site is not kept', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const error = await refusal(
        control.call('sites.create', { name: 'Taken', broker: { tlsPort: port, host: '127.0.0.1' } }),
      );
      expect(error).toMatchObject({ code: 'conflict' });
      expect(error.message).toContain(`Port ${port} is already in use`);
      expect([...control.mirror.sites.values()].map(({ name }) => name)).not.toContain('Taken');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('links devices of a site that is disconnected, also right after a start', async () => {
    await control.call('sites.connect', { siteId, connect: false });
    await control.stop();
    await control.start();
    const { results } = await control.call('devices.link', { siteId, macs: [testMac(50)] });
    expect(results[0]).toMatchObject({ error: null, device: { linked: true } });
    await control.call('sites.connect', { siteId, connect: true });
    await until(() => control.mirror.sites.get(siteId)?.connection.state === 'connected', 'the site', 15_000);
  });
});

describe('a control centre that cannot start', () => {
  const folders: string[] = [];
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'muster-bad-'));
    folders.push(path);
    return path;
  };
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  it('names the process that has its data folder', async () => {
    const control = await startControlCentre();
    try {
      const { code, stderr } = await failToStart({ data: control.data });
      expect(code).toBe(1);
      expect(stderr).toContain(`Another Muster (process ${control.pid}) already uses the data folder`);
      // The first goes on undisturbed, and can still be found.
      await control.call('audit.list', {});
      expect(JSON.parse(readFileSync(join(control.data, 'control.json'), 'utf8'))).toMatchObject({ pid: control.pid });
    } finally {
      await control.remove();
    }
  });

  it('names the port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const { code, stderr } = await failToStart({ data: folder(), args: ['--port', String(port)] });
      expect(code).toBe(1);
      expect(stderr).toContain(String(port));
      expect(stderr).not.toMatch(/\n\s+at /);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('says what is wrong with its arguments', async () => {
    const { code, stderr } = await failToStart({ data: folder(), args: ['--port', 'http'] });
    expect(code).toBe(2);
    expect(stderr).toContain('--port takes a whole number, not “http”.');
  });

  it('says that a file is in the way of its data folder', async () => {
    const path = join(folder(), 'file');
    writeFileSync(path, 'x');
    const { code, stderr } = await failToStart({ data: path });
    expect(code).toBe(1);
    expect(stderr).toContain(path);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('leaves data of a newer version alone', async () => {
    const data = folder();
    writeFileSync(join(data, 'settings.json'), '{"version":99,"data":{}}');
    const { code, stderr } = await failToStart({ data });
    expect(code).toBe(1);
    expect(stderr).toContain('was written by a newer Muster');
    expect(readFileSync(join(data, 'settings.json'), 'utf8')).toBe('{"version":99,"data":{}}');
  });
});

describe('damaged files in the data folder', () => {
  it('are replaced by their backups with a notice, and everything goes on', async () => {
    const site = await startSite({ broker: 'embedded', agents: 1 });
    try {
      const { control, siteId } = site;
      const mac = testMac(1);
      await control.call('devices.edit', { siteId, macs: [mac], edit: { name: 'Kept' } });
      await control.kill9();
      const damaged = ['settings.json', 'sites.json', 'sequence.json', 'secrets.json', `sites/${siteId}/devices.json`, `sites/${siteId}/enrolments.json`];
      const present = damaged.filter((name) => readdirSync(join(control.data, name, '..')).includes(name.split('/').at(-1) ?? ''));
      for (const name of present) writeFileSync(join(control.data, name), '{"version":1,"data":{"half":');
      expect(present).toContain('sites.json');
      expect(present).toContain(`sites/${siteId}/devices.json`);
      await control.start();
      const notices = control.mirror.notices().map(({ message }) => message);
      for (const name of present) {
        const told = notices.filter((message) => message.includes(name) && message.includes('is damaged'));
        expect(told, name).toHaveLength(1);
        expect(told[0]).toContain('replaced by its backup');
      }
      expect(control.mirror.device(mac)).toMatchObject({ name: 'Kept', linked: true });
      await site.untilOnline([mac], 40_000);
      const job = await site.run('echo still', [mac]);
      expect(await site.finished(job.id)).toMatchObject({ state: 'succeeded', stdout: 'still\n' });
    } finally {
      await site.remove();
    }
  });
});

/** Only root may mount a small file system to fill. */
describe.skipIf(process.getuid?.() !== 0 || !canMount())('a full disk', () => {
  const mount = mkdtempSync(join(tmpdir(), 'muster-full-'));
  let control: ControlProcess | undefined;
  beforeAll(() => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mount]));
  afterAll(async () => {
    await control?.remove();
    execFileSync('umount', ['-l', mount]);
    rmSync(mount, { recursive: true, force: true });
  });
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(mount);
    if (bavail > 0) writeFileSync(join(mount, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize)));
  };

  it('refuses what cannot be kept with a sentence, keeps what it had, and works again when there is room', async () => {
    const data = join(mount, 'data');
    mkdirSync(data);
    control = await startControlCentre({ data });
    const { id: siteId } = await control.call('sites.create', {
      name: 'Full',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    await control.call('devices.link', { siteId, macs: [testMac(1)], edit: { name: 'before' } });
    fill();
    const acknowledged = [testMac(1)];
    const refused = await refusal(
      (async () => {
        // Room that a file had before can be used again: so several, until there is none.
        for (let index = 2; index < 2_000; index += 1) {
          await control?.call('devices.link', { siteId, macs: [testMac(index)], edit: { note: 'n'.repeat(4000) } });
          acknowledged.push(testMac(index));
        }
      })(),
    );
    expect(refused.code).toBe('no-space');
    expect(refused.message).toMatch(/is full\. Free some space on it and try again\.$/);
    const enrolment = await refusal(control.call('enrolments.create', { siteId, uses: 1 }));
    expect(enrolment.code).toBe('no-space');

    rmSync(join(mount, 'filler'));
    await control.call('devices.link', { siteId, macs: [testMac(3_000)] });
    acknowledged.push(testMac(3_000));
    await control.kill9();
    await control.start();
    expect(control.mirror.device(testMac(1))?.name).toBe('before');
    for (const mac of acknowledged) expect(control.mirror.device(mac)?.linked, mac).toBe(true);
  });
});

function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'muster-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    // Containers often forbid it.
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
