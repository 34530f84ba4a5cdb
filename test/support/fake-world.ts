import type { Device } from '../../contract/model/device.ts';
import type { Enrolment } from '../../contract/model/enrolment.ts';
import type { Activity } from '../../contract/model/notice.ts';
import type { Settings } from '../../contract/model/settings.ts';
import type { Site } from '../../contract/model/site.ts';
import type { EventBody, EventName } from '../../contract/rpc/contract.ts';
import type { FakeJob } from './fake-jobs.ts';

/** Everything that the fake control centre holds. */
export interface FakeWorld {
  settings: Settings;
  sites: Map<string, Site>;
  devices: Map<string, Device>;
  jobs: Map<string, FakeJob>;
  enrolments: Map<string, Enrolment>;
  activities: Activity[];
  watched: Set<string>;
}

/** What handlers may set in motion. */
export interface FakeDoings {
  emitAll<N extends EventName>(name: N, body: EventBody<N>): void;
  runJob(fake: FakeJob): void;
  addSite(site: Site, devices: number, discovered: number): void;
  later(delayMs: number, run: () => void): void;
}

/** A site with some of its facts replaced. */
export function fakeSite(id: string, name: string, more: Partial<Site> = {}): Site {
  return {
    id,
    name,
    broker: 'embedded',
    brokerUrl: 'mqtts://192.168.1.20:8883',
    port: 8883,
    rootTopic: 'iotm-sys',
    username: null,
    publicKey: 'mK7d'.repeat(10).concat('Xq2'),
    role: 'admin',
    demo: false,
    createdAt: new Date(Date.now() - 9 * 86_400_000).toISOString(),
    connection: {
      state: 'connected',
      since: new Date(Date.now() - 3_600_000).toISOString(),
      detail: '',
      roundTripMs: 1.8,
    },
    ...more,
  };
}
