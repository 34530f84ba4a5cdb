import type { Device } from '../../contract/model/device.ts';
import type { Job } from '../../contract/model/job.ts';
import type { Activity, Notice } from '../../contract/model/notice.ts';
import type { Site } from '../../contract/model/site.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';
import { until } from './poll.ts';

/** What an interface knows of a control centre: snapshots, then changes. */
export interface Mirror {
  readonly sites: Map<string, Site>;
  readonly jobs: Map<string, Job>;
  readonly activities: Map<string, Activity>;
  notices(): Notice[];
  device(mac: string): Device | undefined;
  devices(): Device[];
  /** Names of the events in the order in which they came since the last connect. */
  readonly eventNames: string[];
  /** Starts a session and resolves when all snapshots are there. */
  follow(rpc: RpcClient): Promise<void>;
}

export function createMirror(): Mirror {
  const sites = new Map<string, Site>();
  const devices = new Map<string, Device>();
  const jobs = new Map<string, Job>();
  const activities = new Map<string, Activity>();
  const eventNames: string[] = [];
  let notices: Notice[] = [];

  const putDevices = (list: readonly Device[]): void => {
    for (const device of list) devices.set(device.mac, device);
  };
  const putActivities = (list: readonly Activity[]): void => {
    for (const activity of list) activities.set(activity.id, activity);
  };

  return {
    sites,
    jobs,
    activities,
    eventNames,
    notices: () => notices,
    device: (mac) => devices.get(mac),
    devices: () => [...devices.values()],
    async follow(rpc) {
      eventNames.length = 0;
      let ready = false;
      rpc.on('notices.changed', (body) => {
        eventNames.push('notices.changed');
        notices = body.notices;
      });
      rpc.on('activity.snapshot', (body) => {
        eventNames.push('activity.snapshot');
        activities.clear();
        putActivities(body.activities);
      });
      rpc.on('activity.changed', (body) => {
        eventNames.push('activity.changed');
        putActivities(body.activities);
      });
      rpc.on('sites.snapshot', (body) => {
        eventNames.push('sites.snapshot');
        sites.clear();
        for (const site of body.sites) sites.set(site.id, site);
      });
      rpc.on('sites.changed', (body) => {
        eventNames.push('sites.changed');
        for (const site of body.sites) sites.set(site.id, site);
      });
      rpc.on('sites.removed', ({ siteId }) => {
        eventNames.push('sites.removed');
        sites.delete(siteId);
        for (const [mac, device] of devices) if (device.siteId === siteId) devices.delete(mac);
      });
      rpc.on('devices.snapshot', (body) => {
        eventNames.push('devices.snapshot');
        if (body.first) devices.clear();
        putDevices(body.devices);
      });
      rpc.on('devices.changed', (body) => {
        eventNames.push('devices.changed');
        putDevices(body.devices);
      });
      rpc.on('devices.removed', ({ macs }) => {
        eventNames.push('devices.removed');
        for (const mac of macs) devices.delete(mac);
      });
      rpc.on('devices.measured', ({ items }) => {
        eventNames.push('devices.measured');
        for (const { mac, metrics, lastHeard } of items) {
          const known = devices.get(mac);
          if (known) devices.set(mac, { ...known, metrics, lastHeard });
        }
      });
      rpc.on('jobs.snapshot', (body) => {
        eventNames.push('jobs.snapshot');
        jobs.clear();
        for (const job of body.jobs) jobs.set(job.id, job);
      });
      rpc.on('jobs.changed', (body) => {
        eventNames.push('jobs.changed');
        for (const job of body.jobs) jobs.set(job.id, job);
      });
      rpc.on('session.ready', () => {
        eventNames.push('session.ready');
        ready = true;
      });
      await rpc.call('session.start', {});
      await until(() => ready, 'the snapshots of a session', 15_000);
    },
  };
}
