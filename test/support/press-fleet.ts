import type { Job } from '../../contract/model/job.ts';
import { deviceSample } from './device-sample.ts';
import { type ScriptedControlCentre, startScriptedControlCentre } from './scripted-control-centre.ts';
import { siteSample } from './site-sample.ts';

/** MACs of two devices that are online and one that is not. */
export const A = 'B827EB000001';
export const B = 'B827EB000002';
export const C = 'B827EB000003';
export type OnJob = (job: Job, macs: string[], centre: ScriptedControlCentre) => void;

/** A site with `press-01` and `press-02` (tag `press`), and `oven`, which is offline. */
export function startPressFleet(onJob: OnJob): Promise<ScriptedControlCentre> {
  return startScriptedControlCentre({
    sites: [siteSample()],
    devices: [
      deviceSample({ mac: A, name: 'press-01', tags: ['press'] }),
      deviceSample({ mac: B, name: 'press-02', tags: ['press'], groups: ['hall 2'] }),
      deviceSample({ mac: C, name: 'oven', state: 'offline', online: false }),
    ],
    onJob,
  });
}

/** Devices that are online say hello and succeed. */
export const succeed: OnJob = (job, macs, fake) => {
  for (const mac of macs) {
    if (mac === C) continue;
    fake.set(job.id, mac, { state: 'running' });
    fake.print(job.id, mac, 'stdout', 'hello\n');
    fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
  }
};
