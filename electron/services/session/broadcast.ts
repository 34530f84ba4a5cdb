import type { Service } from '../../../contract/lib/service.ts';
import type { Device } from '../../../contract/model/device.ts';
import type { JobResult } from '../../../contract/model/job.ts';
import type { Metrics } from '../../../contract/model/metrics.ts';
import type { EventBody, EventName, Handlers, Session } from '../../../contract/rpc/contract.ts';
import type { ActivityLog } from '../activity/activity.ts';
import type { History } from '../history/history.ts';
import type { Notices } from '../notices/notices.ts';
import type { SettingsService } from '../settings/settings.ts';
import type { RunningSite } from '../sites/site.ts';
import type { Sites } from '../sites/sites.ts';

// INVARIANTS
// 1. A session first gets snapshots of everything, then changes; both on one ordered channel.
// 2. Changes are gathered for a moment and sent as they are then, so a burst costs one event.

const GATHER_MS = 30;
const MEASURED_MS = 500;
const SNAPSHOT_DEVICES = 1_000;
const SNAPSHOT_JOBS = 200;

export interface Broadcast extends Service {
  readonly handlers: Pick<Handlers, 'session.start'>;
  watch(jobId: string, session: Session): void;
  unwatch(jobId: string, session: Session): void;
  devicesRemoved(siteId: string, macs: string[]): void;
}

export interface BroadcastOptions {
  readonly host: 'electron' | 'headless';
  readonly version: string;
  readonly dataFolder: string;
  readonly sites: Sites;
  readonly history: History;
  readonly settings: SettingsService;
  readonly notices: Notices;
  readonly activity: ActivityLog;
  readonly now: () => number;
}

/** Tells every connected interface what changes. */
export function createBroadcast(options: BroadcastOptions): Broadcast {
  const { sites, history, settings, notices, activity } = options;
  const open = new Set<Session>();
  /** Those of the open ones that have had their snapshots. */
  const sessions = new Set<Session>();
  const watchers = new Map<string, Set<Session>>();
  const changedDevices = new Map<string, Set<string>>();
  const measured = new Map<string, Map<string, Metrics>>();
  const changedSites = new Set<string>();
  const changedJobs = new Set<string>();
  const changedResults = new Map<string, Map<string, JobResult>>();
  let unsubscribe: (() => void)[] = [];
  let gather: NodeJS.Timeout | undefined;
  let measuring: NodeJS.Timeout | undefined;

  function emit<N extends EventName>(name: N, body: EventBody<N>): void {
    for (const session of sessions) session.emit(name, body);
  }

  function soon(): void {
    gather ??= setTimeout(flush, GATHER_MS);
  }

  function flush(): void {
    gather = undefined;
    if (changedSites.size > 0) {
      const ids = new Set(changedSites);
      changedSites.clear();
      const list = sites.list().filter((site) => ids.has(site.id));
      if (list.length > 0) emit('sites.changed', { sites: list });
    }
    for (const [siteId, macs] of changedDevices) {
      changedDevices.delete(siteId);
      const devices = devicesOf(siteId, macs);
      if (devices.length > 0) emit('devices.changed', { devices });
    }
    flushJobs();
  }

  function flushJobs(): void {
    const jobs = [...changedJobs].flatMap((id) => history.jobs.get(id) ?? []);
    changedJobs.clear();
    for (const job of jobs) activity.job(job);
    if (jobs.length > 0) emit('jobs.changed', { jobs });
    for (const [jobId, results] of changedResults) {
      changedResults.delete(jobId);
      const list = [...results.values()];
      for (const session of watchers.get(jobId) ?? []) session.emit('jobs.results', { jobId, results: list });
      const job = history.jobs.get(jobId);
      if (!job) continue;
      const fleet = sites.find(job.siteId)?.fleet;
      for (const result of list) activity.result(job, result, fleet?.get(result.mac)?.name ?? result.mac);
    }
  }

  function devicesOf(siteId: string, macs: Iterable<string>): Device[] {
    const fleet = sites.find(siteId)?.fleet;
    return [...macs].flatMap((mac) => fleet?.get(mac) ?? []);
  }

  function flushMeasured(): void {
    measuring = undefined;
    for (const [siteId, items] of measured) {
      measured.delete(siteId);
      const lastHeard = new Date(options.now()).toISOString();
      emit('devices.measured', {
        siteId,
        items: [...items].map(([mac, metrics]) => ({ mac, lastHeard, metrics })),
      });
    }
  }

  function follow(siteId: string, site: RunningSite): void {
    site.fleet.changed.on((mac) => {
      changedDevices.set(siteId, (changedDevices.get(siteId) ?? new Set()).add(mac));
      soon();
    });
    site.fleet.measured.on(({ mac, metrics }) => {
      measured.set(siteId, (measured.get(siteId) ?? new Map()).set(mac, metrics));
      measuring ??= setTimeout(flushMeasured, MEASURED_MS);
    });
    site.jobs.jobChanged.on((jobId) => {
      changedJobs.add(jobId);
      soon();
    });
    site.jobs.resultChanged.on((result) => {
      changedResults.set(
        result.jobId,
        (changedResults.get(result.jobId) ?? new Map()).set(result.mac, result),
      );
      soon();
    });
    site.jobs.outputArrived.on((output) => {
      for (const session of watchers.get(output.jobId) ?? []) session.emit('jobs.output', output);
    });
  }

  function sendSnapshots(session: Session): void {
    session.emit('settings.changed', settings.get());
    session.emit('notices.changed', { notices: notices.list() });
    session.emit('activity.snapshot', { activities: activity.list() });
    const list = sites.list();
    session.emit('sites.snapshot', { sites: list });
    const devices = list.flatMap(({ id }) => sites.get(id).fleet.list());
    session.emit('devices.snapshot', { devices: devices.slice(0, SNAPSHOT_DEVICES), first: true });
    for (let index = SNAPSHOT_DEVICES; index < devices.length; index += SNAPSHOT_DEVICES) {
      session.emit('devices.snapshot', {
        devices: devices.slice(index, index + SNAPSHOT_DEVICES),
        first: false,
      });
    }
    session.emit('jobs.snapshot', { jobs: history.jobs.list({ limit: SNAPSHOT_JOBS }) });
    session.emit('session.ready', {});
  }

  function unwatch(jobId: string, session: Session): void {
    const watching = watchers.get(jobId);
    watching?.delete(session);
    if (watching?.size === 0) watchers.delete(jobId);
  }

  return {
    name: 'broadcast',
    start() {
      unsubscribe = [
        sites.added.on(({ siteId, site }) => follow(siteId, site)),
        sites.changed.on((siteId) => {
          changedSites.add(siteId);
          soon();
        }),
        sites.removed.on((siteId) => emit('sites.removed', { siteId })),
        settings.changed.on((value) => emit('settings.changed', value)),
        notices.changed.on((list) => emit('notices.changed', { notices: list })),
        activity.changed.on((activities) => emit('activity.changed', { activities })),
      ];
    },
    stop() {
      for (const off of unsubscribe) off();
      clearTimeout(gather);
      clearTimeout(measuring);
    },
    handlers: {
      'session.start'(_input, session) {
        if (!open.has(session)) {
          open.add(session);
          session.onClose(() => {
            open.delete(session);
            sessions.delete(session);
            for (const jobId of [...watchers.keys()]) unwatch(jobId, session);
          });
        }
        // After the answer, so that the caller knows who it is before it hears what there is. It hears of changes
        // only from then on: what changes until then is in the snapshots.
        setImmediate(() => {
          if (!open.has(session)) return;
          sendSnapshots(session);
          sessions.add(session);
        });
        const { host, version, dataFolder } = options;
        return { host, version, dataFolder, role: session.role, actor: session.actor };
      },
    },
    watch(jobId, session) {
      if (!watchers.has(jobId)) watchers.set(jobId, new Set());
      const watching = watchers.get(jobId);
      if (watching?.has(session)) return;
      watching?.add(session);
      session.onClose(() => unwatch(jobId, session));
    },
    unwatch,
    devicesRemoved: (siteId, macs) => emit('devices.removed', { siteId, macs }),
  };
}
