import type { Device } from '../../contract/model/device.ts';
import type { Job } from '../../contract/model/job.ts';
import type { Settings } from '../../contract/model/settings.ts';
import type { Site } from '../../contract/model/site.ts';

/** The chosen site when it still exists, else the first. */
export function activeSite(sites: readonly Site[], settings: Settings | null): Site | undefined {
  return sites.find((site) => site.id === settings?.activeSiteId) ?? sites[0];
}

/** Devices by what is known of them. `unknown` is neither online nor offline: the broker is away. */
export interface DeviceCounts {
  linked: number;
  online: number;
  offline: number;
  unknown: number;
  neverSeen: number;
  discovered: number;
  alarms: number;
}

export function countDevices(devices: readonly Device[]): DeviceCounts {
  const counts = { linked: 0, online: 0, offline: 0, unknown: 0, neverSeen: 0, discovered: 0, alarms: 0 };
  for (const device of devices) {
    counts.alarms += device.alarms.length;
    if (!device.linked) {
      counts.discovered += 1;
      continue;
    }
    counts.linked += 1;
    if (device.state === 'online') counts.online += 1;
    else if (device.state === 'offline') counts.offline += 1;
    else if (device.state === 'never-seen') counts.neverSeen += 1;
    else counts.unknown += 1;
  }
  return counts;
}

/** Jobs that are not at their end: those that run, and those that wait for devices. */
export function openJobs(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => job.state === 'running' || job.state === 'waiting');
}
