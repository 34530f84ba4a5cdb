import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlProcess, startControlCentre } from '../support/control-process.ts';
import { until } from '../support/poll.ts';
import { refusal } from '../support/refusal.ts';
import { testMac } from '../support/start-site.ts';

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
    const texts = [
      'b8:27:eb:00:00:01',
      'B827EB000001',
      'B8-27-EB-00-00',
      'zz:27:eb:00:00:01',
      'ff:ff:ff:ff:ff:ff',
      '01:00:5e:00:00:01',
      '',
    ];
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
    [
      'user and password in the address',
      { url: 'mqtt://user:secret@broker.local' },
      /without user and password/,
    ],
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
      control.call('jobs.start', {
        siteId,
        op: 'info.collect',
        args: {},
        target: { kind: 'tag', tag: 'roof' },
      }),
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
