import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppBench, type BenchClient, startAppBench } from '../../../test/support/app-bench.ts';
import { until } from '../../../test/support/poll.ts';
import { type SimulatedDevice, startSimulatedDevice } from '../../../test/support/simulated-device.ts';

const SNAPSHOTS = [
  'settings.changed',
  'notices.changed',
  'activity.snapshot',
  'sites.snapshot',
  'devices.snapshot',
  'jobs.snapshot',
  'session.ready',
];
const BROKER = { tlsPort: 0, host: '127.0.0.1', rootTopic: 'iotm-sys' };

let bench: AppBench;
let client: BenchClient;
let devices: SimulatedDevice[] = [];
beforeEach(async () => {
  bench = await startAppBench();
  client = bench.connect();
});
afterEach(async () => {
  await Promise.all(devices.map((device) => device.stop()));
  devices = [];
  await bench.stop();
});

const macOf = (index: number): string => `B827EB${index.toString(16).toUpperCase().padStart(6, '0')}`;
const ready = (target: BenchClient): Promise<void> =>
  until(() => target.names().includes('session.ready'), 'the snapshots');
async function started(): Promise<BenchClient> {
  await client.rpc.call('session.start', {});
  await ready(client);
  client.frames.length = 0;
  return client;
}

describe('a session', () => {
  it('is told who it is, then snapshots of everything, and only then changes', async () => {
    const other = bench.connect();
    const work = (async () => {
      for (let index = 0; index < 50; index += 1)
        await other.rpc.call('settings.edit', { theme: index % 2 === 0 ? 'dark' : 'light' });
    })();
    const info = await client.rpc.call('session.start', {});
    expect(info).toMatchObject({ host: 'headless', role: 'admin', dataFolder: bench.folder });
    await ready(client);
    await work;
    expect(client.names().slice(0, SNAPSHOTS.length)).toEqual(SNAPSHOTS);
    const last = client.frames.filter(({ name }) => name === 'settings.changed').at(-1);
    expect(last?.body).toMatchObject({ theme: 'light' });
  });

  it('gets many devices in parts, of which the first empties the mirror', async () => {
    const { rpc } = client;
    const { id: siteId } = await rpc.call('sites.create', { name: 'Large', broker: BROKER });
    await rpc.call('devices.link', {
      siteId,
      macs: Array.from({ length: 2_500 }, (_, index) => macOf(index)),
    });
    await rpc.call('session.start', {});
    await ready(client);
    const parts = client.frames
      .filter(({ name }) => name === 'devices.snapshot')
      .map(({ body }) => body as { devices: unknown[]; first: boolean });
    expect(parts.map((part) => [part.devices.length, part.first])).toEqual([
      [1_000, true],
      [1_000, false],
      [500, false],
    ]);
  });

  it('hears of a burst of changes in few events, as things are then', async () => {
    const { rpc, frames } = await started();
    const { id: siteId } = await rpc.call('sites.create', { name: 'Burst', broker: BROKER });
    await rpc.call('devices.link', { siteId, macs: [macOf(1)] });
    await until(() => client.names().includes('devices.changed'), 'the new device');
    frames.length = 0;
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        rpc.call('devices.edit', { siteId, macs: [macOf(1)], edit: { name: `name ${index}` } }),
      ),
    );
    const names = (): string[] =>
      frames
        .filter(({ name }) => name === 'devices.changed')
        .flatMap(({ body }) => (body as { devices: { name: string }[] }).devices.map(({ name }) => name));
    await until(() => names().includes('name 199'), 'the last name');
    expect(names().length).toBeLessThan(50);
    expect(names().at(-1)).toBe('name 199');
  });

  it('hears the results and output of the jobs that it watches, and of no others', async () => {
    const { rpc } = await started();
    const { id: siteId } = await rpc.call('sites.create', { name: 'Watch', broker: BROKER });
    const { file } = await rpc.call('enrolments.create', { siteId });
    const device = await startSimulatedDevice({ mac: macOf(1), enrolment: file, prints: 'hello\n' });
    devices.push(device);
    await rpc.call('devices.link', { siteId, macs: [device.mac] });
    const online = (): boolean =>
      client.frames.some(
        ({ name, body }) =>
          name === 'devices.changed' &&
          (body as { devices: { online: boolean }[] }).devices.some((d) => d.online),
      );
    await until(online, 'the device to be online');
    await device.stop();
    devices = [];
    const offline = (): boolean =>
      client.frames.some(
        ({ name, body }) =>
          name === 'devices.changed' &&
          (body as { devices: { state: string }[] }).devices.some(({ state }) => state === 'offline'),
      );
    await until(offline, 'the device to be offline');
    const start = async () => {
      const target = { kind: 'devices' as const, macs: [device.mac] };
      return (await rpc.call('jobs.start', { siteId, op: 'shell.run', args: { command: 'x' }, target })).job;
    };
    const [watched, unwatched] = [await start(), await start()];
    const { results } = await rpc.call('jobs.watch', { jobId: watched.id });
    expect(results).toMatchObject([{ state: 'queued' }]);
    const deaf = bench.connect();
    await deaf.rpc.call('session.start', {});
    await ready(deaf);
    await rpc.call('jobs.cancel', { jobId: watched.id });
    await rpc.call('jobs.cancel', { jobId: unwatched.id });
    const heard = (target: BenchClient): string[] =>
      target.frames
        .filter(({ name }) => name === 'jobs.results')
        .map(({ body }) => (body as { jobId: string }).jobId);
    await until(() => heard(client).includes(watched.id), 'the result of the watched job');
    const changed = (): string[] =>
      deaf.frames
        .filter(({ name }) => name === 'jobs.changed')
        .flatMap(({ body }) => (body as { jobs: { id: string }[] }).jobs.map(({ id }) => id));
    await until(() => changed().includes(unwatched.id), 'both jobs to be told as a whole');
    expect(new Set(heard(client))).toEqual(new Set([watched.id]));
    expect(heard(deaf)).toEqual([]);
    await rpc.call('jobs.unwatch', { jobId: watched.id });
  });

  it('hears of a removed site, whose jobs and devices are gone', async () => {
    const { rpc } = await started();
    const { id: siteId } = await rpc.call('sites.create', { name: 'Gone', broker: BROKER });
    await rpc.call('devices.link', { siteId, macs: [macOf(1)] });
    const target = { kind: 'all' as const };
    await rpc.call('jobs.start', { siteId, op: 'info.collect', args: {}, target });
    const refused = rpc.call('sites.remove', { siteId, confirmName: 'Other' });
    await expect(refused).rejects.toThrow('Nothing was removed: type the site’s name'.replace('’', "'"));
    await rpc.call('sites.remove', { siteId, confirmName: 'Gone' });
    await until(() => client.names().includes('sites.removed'), 'the removal');
    expect((await rpc.call('jobs.list', {})).jobs).toEqual([]);
    const after = bench.connect();
    await after.rpc.call('session.start', {});
    await ready(after);
    const snapshot = after.frames.find(({ name }) => name === 'devices.snapshot');
    expect(snapshot?.body).toEqual({ devices: [], first: true });
    const { entries } = await rpc.call('audit.list', {});
    expect(entries.map(({ action }) => action)).toContain('sites.remove');
  });

  it('that ends hears nothing more and leaves nothing behind', async () => {
    const { rpc } = await started();
    const leaving = bench.connect();
    await leaving.rpc.call('session.start', {});
    await ready(leaving);
    leaving.close();
    leaving.frames.length = 0;
    await rpc.call('settings.edit', { theme: 'dark' });
    await until(() => client.names().includes('settings.changed'), 'the change');
    expect(leaving.frames).toEqual([]);
  });
});
