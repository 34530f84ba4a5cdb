import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { failToStart, startControlCentre } from '../support/control-process.ts';
import { startSite, testMac } from '../support/start-site.ts';

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
      expect(JSON.parse(readFileSync(join(control.data, 'control.json'), 'utf8'))).toMatchObject({
        pid: control.pid,
      });
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
      const damaged = [
        'settings.json',
        'sites.json',
        'sequence.json',
        'secrets.json',
        `sites/${siteId}/devices.json`,
        `sites/${siteId}/enrolments.json`,
      ];
      const present = damaged.filter((name) =>
        readdirSync(join(control.data, name, '..')).includes(name.split('/').at(-1) ?? ''),
      );
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
