import { AppError } from '../../contract/lib/errors.ts';
import type { Device } from '../../contract/model/device.ts';
import { parseMac } from '../../contract/model/mac.ts';
import type { MetricsPoint } from '../../contract/model/metrics.ts';
import { OPERATIONS } from '../../contract/model/operation.ts';
import type { Handlers, Session } from '../../contract/rpc/contract.ts';
import { fakeDevice, fakeMetrics } from './fake-fleet.ts';
import { createFakeJob, type FakeJob, recount, setResult, withOutput } from './fake-jobs.ts';
import { fakeSiteHandlers } from './fake-site-handlers.ts';
import type { FakeDoings, FakeWorld } from './fake-world.ts';

/** Answers to every call, out of memory. */
export function fakeHandlers(world: FakeWorld, doings: FakeDoings): Handlers {
  let nextJob = 2_000;
  const find = (siteId: string, mac: string): Device => {
    const device = world.devices.get(`${siteId}/${mac}`);
    if (!device) throw new AppError('not-found', `There is no device ${mac} at this site.`);
    return device;
  };
  const change = (devices: readonly Device[]): Device[] => {
    for (const device of devices) world.devices.set(`${device.siteId}/${device.mac}`, device);
    doings.emitAll('devices.changed', { devices: [...devices] });
    return [...devices];
  };
  const findJob = (jobId: string): FakeJob => {
    const job = world.jobs.get(jobId);
    if (!job) throw new AppError('not-found', 'There is no such job.');
    return job;
  };

  return {
    ...fakeSiteHandlers(world, doings),
    'session.start': (_input, session) => {
      setImmediate(() => sendSnapshots(world, session));
      return {
        version: '0.1.0',
        host: 'headless',
        role: 'admin',
        actor: session.actor,
        dataFolder: '~/.config/muster',
      };
    },
    'settings.edit': (edit) => {
      const given = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
      world.settings = { ...world.settings, ...given };
      doings.emitAll('settings.changed', world.settings);
      return world.settings;
    },
    'notices.dismiss': () => {
      doings.emitAll('notices.changed', { notices: [] });
      return {};
    },
    'devices.link': ({ siteId, macs, edit }) => ({
      results: macs.map((text) => {
        try {
          const mac = parseMac(text);
          const known = world.devices.get(`${siteId}/${mac}`);
          const base = known ?? { ...fakeDevice(siteId, 7, true), mac };
          const device = {
            ...base,
            linked: true,
            name: edit?.name ?? (base.name || mac),
            linkedAt: new Date().toISOString(),
          };
          change([device]);
          return { text, device, error: null, already: known?.linked ?? false };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return { text, device: null, error: { code: error.code, message: error.message }, already: false };
        }
      }),
    }),
    'devices.unlink': ({ siteId, macs }) => ({
      devices: change(macs.map((mac) => ({ ...find(siteId, mac), linked: false, linkedAt: null }))),
    }),
    'devices.forget': ({ siteId, macs }) => {
      for (const mac of macs) world.devices.delete(`${siteId}/${mac}`);
      doings.emitAll('devices.removed', { siteId, macs });
      return { macs };
    },
    'devices.edit': ({
      siteId,
      macs,
      edit,
      addTags = [],
      removeTags = [],
      addGroups = [],
      removeGroups = [],
    }) => ({
      devices: change(
        macs.map((mac) => {
          const old = find(siteId, mac);
          return {
            ...old,
            name: edit?.name ?? old.name,
            note: edit?.note ?? old.note,
            tags: merge(edit?.tags ?? old.tags, addTags, removeTags),
            groups: merge(edit?.groups ?? old.groups, addGroups, removeGroups),
          };
        }),
      ),
    }),
    'devices.accept-key': ({ siteId, mac }) => {
      const device = { ...find(siteId, mac), alarms: [] };
      change([device]);
      return device;
    },
    'devices.metrics': ({ range }) => ({ points: fakeHistory(range) }),
    'devices.events': ({ siteId, mac }) => ({
      events: ['came online', 'went offline', 'linked', 'discovered'].map((detail, index) => ({
        at: new Date(Date.now() - index * 5_400_000).toISOString(),
        siteId,
        mac,
        kind: index < 2 ? 'presence' : 'registry',
        detail,
      })),
    }),
    'jobs.start': ({ siteId, op, args, target }) => {
      const devices = [...world.devices.values()].filter(
        (device) =>
          device.siteId === siteId &&
          device.linked &&
          (target.kind === 'all' ||
            (target.kind === 'devices' && target.macs.includes(device.mac)) ||
            (target.kind === 'tag' && device.tags.includes(target.tag)) ||
            (target.kind === 'group' && device.groups.includes(target.group))),
      );
      nextJob += 1;
      const title = op === 'shell.run' ? String(args.command ?? 'script') : OPERATIONS[op].title;
      const fake = createFakeJob({ id: `job-${nextJob}`, siteId, op, title, args, devices });
      doings.runJob(fake);
      doings.emitAll('jobs.changed', { jobs: [fake.job] });
      return { job: fake.job };
    },
    'jobs.list': ({ siteId, limit }) => ({
      jobs: newestFirst(world)
        .filter((job) => !siteId || job.siteId === siteId)
        .slice(0, limit),
    }),
    'jobs.show': ({ jobId, macs }) => {
      const fake = findJob(jobId);
      const results = [...fake.results.values()].filter((result) => !macs || macs.includes(result.mac));
      return { job: fake.job, results: results.map((result) => withOutput(fake, result)) };
    },
    'jobs.of-device': ({ mac }) => ({
      items: [...world.jobs.values()].flatMap((fake) => {
        const result = fake.results.get(mac);
        return result ? [{ job: fake.job, result }] : [];
      }),
    }),
    'jobs.watch': ({ jobId }) => {
      const fake = findJob(jobId);
      return { job: fake.job, results: [...fake.results.values()] };
    },
    'jobs.unwatch': () => ({}),
    'jobs.cancel': ({ jobId, macs }) => {
      const fake = findJob(jobId);
      for (const [mac, result] of fake.results) {
        if (result.finishedAt || (macs && !macs.includes(mac))) continue;
        setResult(fake, mac, 'cancelled', {
          detail: 'Cancelled by Anna Kern.',
          finishedAt: new Date().toISOString(),
        });
      }
      recount(fake);
      doings.emitAll('jobs.changed', { jobs: [fake.job] });
      doings.emitAll('jobs.results', { jobId, results: [...fake.results.values()] });
      return { job: fake.job };
    },
    'jobs.retry': ({ jobId }) => {
      const { job, results } = findJob(jobId);
      const failed = [...results.values()].filter((result) => result.state === 'failed');
      nextJob += 1;
      const fake = createFakeJob({
        ...job,
        id: `job-${nextJob}`,
        devices: failed.map((result) => find(job.siteId, result.mac)),
        createdAt: new Date().toISOString(),
        retryOf: jobId,
      });
      doings.runJob(fake);
      doings.emitAll('jobs.changed', { jobs: [fake.job] });
      return { job: fake.job };
    },
    'jobs.read-output': ({ jobId, mac, offset }) => {
      const text = findJob(jobId).output.get(mac) ?? '';
      return { offset, data: Buffer.from(text).subarray(offset).toString('base64'), nextOffset: null };
    },
  };
}

function merge(list: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  return [...new Set([...list, ...add])].filter((item) => !remove.includes(item));
}

function newestFirst(world: FakeWorld) {
  return [...world.jobs.values()]
    .map((fake) => fake.job)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function fakeHistory(range: '1h' | '24h' | '30d'): MetricsPoint[] {
  const spanSec = { '1h': 3_600, '24h': 86_400, '30d': 2_592_000 }[range];
  return Array.from({ length: 180 }, (_, index) => {
    const metrics = fakeMetrics(3, index);
    const missing = index > 90 && index < 104;
    return {
      at: new Date(Date.now() - ((180 - index) * spanSec * 1000) / 180).toISOString(),
      cpuPercent: missing ? null : (metrics.cpuPercent ?? null),
      load1: missing ? null : (metrics.load1 ?? null),
      memoryPercent: missing ? null : 30 + (index % 20),
      diskPercent: missing ? null : 61,
      temperatureC: missing ? null : (metrics.temperatureC ?? null),
      receivedBytesPerSec: missing ? null : (metrics.receivedBytesPerSec ?? null),
      sentBytesPerSec: missing ? null : (metrics.sentBytesPerSec ?? null),
    };
  });
}

function sendSnapshots(world: FakeWorld, session: Session): void {
  session.emit('settings.changed', world.settings);
  session.emit('notices.changed', { notices: [] });
  session.emit('sites.snapshot', { sites: [...world.sites.values()] });
  const devices = [...world.devices.values()];
  for (let from = 0; from === 0 || from < devices.length; from += 1_000) {
    session.emit('devices.snapshot', { devices: devices.slice(from, from + 1_000), first: from === 0 });
  }
  session.emit('jobs.snapshot', { jobs: newestFirst(world) });
  session.emit('activity.snapshot', { activities: world.activities });
  session.emit('session.ready', {});
}
