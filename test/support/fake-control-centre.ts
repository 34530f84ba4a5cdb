import { randomBytes } from 'node:crypto';
import type { Device } from '../../contract/model/device.ts';
import type { Settings } from '../../contract/model/settings.ts';
import type { Site } from '../../contract/model/site.ts';
import { createRpcServer } from '../../electron/rpc/server.ts';
import { createWebSocketHost } from '../../electron/rpc/web-socket.ts';
import { fakeDevice, fakeMetrics } from './fake-fleet.ts';
import { fakeHandlers } from './fake-handlers.ts';
import { createFakeJob, type FakeJob, finishResult, recount, setResult } from './fake-jobs.ts';
import { type FakeWorld, fakeSite } from './fake-world.ts';

export interface FakeOptions {
  /** Linked devices of the site; 0 starts at the first run. */
  devices: number;
  /** Measurements per second over all devices. */
  measurementsPerSec: number;
  staticFolder: string;
  port?: number;
  settings?: Partial<Settings>;
}

/** A control centre without devices or broker: only to develop, test and measure the renderer. */
export function createFakeControlCentre(options: FakeOptions) {
  const world: FakeWorld = {
    settings: { operatorName: 'Anna Kern', theme: 'system', activeSiteId: null, ...options.settings },
    sites: new Map(),
    devices: new Map(),
    jobs: new Map(),
    enrolments: new Map(),
    activities: [],
    watched: new Set(),
  };
  const timers = new Set<ReturnType<typeof setInterval>>();
  const server = createRpcServer({
    handlers: fakeHandlers(world, {
      emitAll: (name, body) => server.emitAll(name, body),
      runJob,
      addSite,
      later,
    }),
    onProblem: (problem) => console.error(problem),
  });
  const host = createWebSocketHost({
    host: '127.0.0.1',
    port: options.port ?? 0,
    token: randomBytes(32).toString('base64url'),
    staticFolder: options.staticFolder,
    onPort: (port) => server.attach(port, { role: 'admin', actor: world.settings.operatorName }),
    onProblem: (sentence) => console.error(sentence),
  });

  function later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  function addSite(site: Site, deviceCount: number, discovered: number): void {
    world.sites.set(site.id, site);
    for (let index = 0; index < deviceCount + discovered; index += 1) {
      const device = fakeDevice(site.id, index, index < deviceCount, site.demo);
      world.devices.set(`${site.id}/${device.mac}`, device);
    }
  }

  /** Lets a job happen: accepted, running, finished, one device after the other. */
  function runJob(fake: FakeJob): void {
    world.jobs.set(fake.job.id, fake);
    const publish = (mac: string): void => {
      recount(fake);
      server.emitAll('jobs.changed', { jobs: [fake.job] });
      const result = fake.results.get(mac);
      if (result) server.emitAll('jobs.results', { jobId: fake.job.id, results: [result] });
    };
    [...fake.results.keys()].forEach((mac, index) => {
      const device = world.devices.get(`${fake.job.siteId}/${mac}`);
      if (!device?.online) return;
      const isOpen = (): boolean =>
        ['sent', 'accepted', 'running'].includes(fake.results.get(mac)?.state ?? '');
      later(150 + index * 40, () => {
        if (!isOpen()) return;
        setResult(fake, mac, 'running', { startedAt: new Date().toISOString() });
        publish(mac);
      });
      later(900 + index * 90, () => {
        if (!isOpen()) return;
        const { result, text } = finishResult(fake, device, index);
        server.emitAll('jobs.output', {
          jobId: fake.job.id,
          mac,
          stream: result.state === 'failed' ? 'stderr' : 'stdout',
          offset: 0,
          data: Buffer.from(text).toString('base64'),
        });
        publish(mac);
      });
    });
  }

  function measure(): void {
    const perBeat = Math.round(options.measurementsPerSec / 2);
    const online = [...world.devices.values()].filter((device) => device.online);
    let cursor = 0;
    let tick = 0;
    if (perBeat === 0 || online.length === 0) return;
    const timer = setInterval(() => {
      tick += 1;
      const bySite = new Map<
        string,
        { mac: string; lastHeard: string; metrics: ReturnType<typeof fakeMetrics> }[]
      >();
      for (let count = 0; count < Math.min(perBeat, online.length); count += 1) {
        const device = online[cursor % online.length];
        cursor += 1;
        if (!device) continue;
        const items = bySite.get(device.siteId) ?? [];
        items.push({
          mac: device.mac,
          lastHeard: new Date().toISOString(),
          metrics: fakeMetrics(cursor, tick),
        });
        bySite.set(device.siteId, items);
      }
      for (const [siteId, items] of bySite) server.emitAll('devices.measured', { siteId, items });
    }, 500);
    timers.add(timer);
  }

  return {
    world,
    pageUrl: () => host.pageUrl(),
    /** Ends every session, as a restart does. */
    dropSessions: () => server.closeAll(),
    emitAll: server.emitAll,
    async start() {
      if (options.devices > 0) populate(world, options.devices, addSite, runJob);
      measure();
      await host.start();
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await host.stop();
    },
  };
}

function populate(
  world: FakeWorld,
  count: number,
  addSite: (site: Site, devices: number, discovered: number) => void,
  runJob: (fake: FakeJob) => void,
): void {
  addSite(fakeSite('plantsued01', 'Plant Süd'), count, 2);
  addSite(
    fakeSite('depotnord01', 'Depot', {
      broker: 'external',
      brokerUrl: 'ws://10.20.0.4:9001/mqtt',
      port: 9001,
      username: 'muster',
      createdAt: new Date().toISOString(),
      connection: {
        state: 'disconnected',
        since: new Date(Date.now() - 240_000).toISOString(),
        detail: 'The broker refuses the connection on 10.20.0.4:9001. Check that it runs and listens there.',
        roundTripMs: null,
      },
    }),
    Math.min(12, count),
    0,
  );
  const devices = [...world.devices.values()].filter(
    (device) => device.siteId === 'plantsued01' && device.linked,
  );
  const job = (id: string, title: string, some: readonly Device[], agoMs: number): FakeJob =>
    createFakeJob({
      id,
      siteId: 'plantsued01',
      op: 'shell.run',
      title,
      args: { command: title },
      devices: some,
      createdAt: new Date(Date.now() - agoMs).toISOString(),
    });
  runJob(job('job-1001', 'systemctl status line', devices.slice(0, 40), 3_600_000));
  runJob(job('job-1002', 'uname -a', devices.slice(0, 12), 120_000));
  const done = job(
    'job-1000',
    'apt-get update',
    devices.filter((device) => device.online).slice(0, 5),
    86_400_000,
  );
  devices
    .filter((device) => device.online)
    .slice(0, 5)
    .forEach((device) => void finishResult(done, device, 0));
  recount(done);
  world.jobs.set(done.job.id, done);
  const now = Date.now();
  world.activities.push(
    ...devices.slice(0, 30).map((device, index) => ({
      id: `activity-${index}`,
      at: new Date(now - index * 61_000).toISOString(),
      siteId: device.siteId,
      mac: device.mac,
      subject: device.name,
      action: index % 4 === 1 ? 'presence' : 'shell.run',
      detail: index % 4 === 1 ? 'came online' : 'uname -a',
      outcome: index % 4 === 1 ? ('info' as const) : index % 7 === 3 ? ('waiting' as const) : ('ok' as const),
      durationMs: index % 4 === 1 ? null : 180 + index * 7,
      jobId: index % 4 === 1 ? null : 'job-1002',
    })),
  );
}
