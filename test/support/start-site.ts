import type { Device } from '../../contract/model/device.ts';
import type { Job, JobResult, JobResultWithOutput } from '../../contract/model/job.ts';
import { isFinal } from '../../contract/model/job.ts';
import type { BrokerSettings, Site } from '../../contract/model/site.ts';
import { type AgentFleet, joinAgents } from './agent-fleet.ts';
import { type ControlProcess, startControlCentre } from './control-process.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { until } from './poll.ts';

/** MACs as a Raspberry Pi has them. */
export const testMac = (index: number): string =>
  `B827EB${index.toString(16).toUpperCase().padStart(6, '0')}`;

/** A site with real processes: control centre, broker, agents. */
export interface RunningTestSite {
  readonly control: ControlProcess;
  readonly siteId: string;
  readonly fleet: AgentFleet;
  /** Undefined at a site with the embedded broker. */
  readonly mosquitto: Mosquitto | undefined;
  device(mac: string): Device | undefined;
  untilOnline(macs: readonly string[], timeoutMs?: number): Promise<void>;
  /** Runs a command line on devices; does not wait for it. */
  run(command: string, macs: readonly string[], more?: Record<string, unknown>): Promise<Job>;
  results(jobId: string): Promise<JobResult[]>;
  /** The only result of a job, once it is final, with its output. */
  finished(jobId: string, timeoutMs?: number): Promise<JobResultWithOutput>;
  untilFinal(jobId: string, timeoutMs?: number): Promise<JobResult[]>;
  remove(): Promise<void>;
}

export const MOSQUITTO_USERS = { control: 'control-secret', devices: 'device-secret', admin: 'admin-secret' };

/** What the protocol asks of an account: the control centre sees all of the root topic, devices answer and listen. */
export const MOSQUITTO_ACL = [
  'user control',
  'topic readwrite iotm-sys/v2/#',
  'user admin',
  'topic readwrite #',
  'user devices',
  'topic write iotm-sys/v2/device/#',
  'topic read iotm-sys/v2/device/+/request',
  'topic read iotm-sys/v2/group/+/request',
  'topic read iotm-sys/v2/all/request',
  'topic read iotm-sys/v2/site/trust',
  'topic read iotm-sys/v2/site/link/+',
  'topic write iotm-sys/v2/site/want/+',
];

/** A Mosquitto with a password file, access rules and TLS. */
export const startStrictMosquitto = (config: string[] = []): Promise<Mosquitto> =>
  startMosquitto({ users: MOSQUITTO_USERS, acl: MOSQUITTO_ACL, tls: true, config });

export function mosquittoSettings(mosquitto: Mosquitto): BrokerSettings {
  return {
    url: mosquitto.url('mqtts'),
    username: 'control',
    password: MOSQUITTO_USERS.control,
    caPem: mosquitto.caPem,
    rootTopic: 'iotm-sys',
    deviceUsername: 'devices',
    devicePassword: MOSQUITTO_USERS.devices,
  };
}

export async function startSite(options: {
  broker: 'embedded' | 'mosquitto';
  agents: number;
  /** Do not link the agents' MACs, and do not run them. */
  idle?: boolean;
  /** More lines for Mosquitto's configuration. */
  mosquittoConfig?: string[];
}): Promise<RunningTestSite> {
  const undo: (() => Promise<unknown>)[] = [];
  const remove = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const mosquitto =
      options.broker === 'mosquitto' ? await startStrictMosquitto(options.mosquittoConfig) : undefined;
    if (mosquitto) undo.push(() => mosquitto.stop());
    const control = await startControlCentre();
    undo.push(() => control.remove());
    const site = await makeSite(control, mosquitto);
    const macs = Array.from({ length: options.agents }, (_, index) => testMac(index + 1));
    const { file } = await control.call('enrolments.create', {
      siteId: site.id,
      uses: Math.max(1, macs.length),
    });
    const fleet = await joinAgents({ enrolment: file, macs });
    undo.push(() => fleet.remove());
    const running = createRunningSite({ control, siteId: site.id, fleet, mosquitto, remove });
    if (!options.idle && macs.length > 0) {
      await control.call('devices.link', { siteId: site.id, macs });
      fleet.runAll();
      await running.untilOnline(macs, 30_000 + macs.length * 1_000);
    }
    return running;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeSite(control: ControlProcess, mosquitto: Mosquitto | undefined): Promise<Site> {
  const site = mosquitto
    ? await control.call('sites.join', { name: 'Test site', broker: mosquittoSettings(mosquitto) })
    : await control.call('sites.create', { name: 'Test site', broker: { tlsPort: 0, host: '127.0.0.1' } });
  await until(
    () => control.mirror.sites.get(site.id)?.connection.state === 'connected',
    'the site to be connected',
    15_000,
  );
  return site;
}

function createRunningSite(
  parts: Pick<RunningTestSite, 'control' | 'siteId' | 'fleet' | 'mosquitto' | 'remove'>,
): RunningTestSite {
  const { control, siteId } = parts;
  const results = async (jobId: string): Promise<JobResult[]> =>
    (await control.call('jobs.show', { jobId, outputLimitBytes: 0 })).results;

  async function untilFinal(jobId: string, timeoutMs = 30_000): Promise<JobResult[]> {
    let last: JobResult[] = [];
    const describe = (): string =>
      last
        .map(({ mac, state, detail }) => `${mac} ${state}: ${detail}`)
        .slice(0, 5)
        .join('; ');
    try {
      await until(
        async () => {
          last = await results(jobId);
          return last.every(({ state }) => isFinal(state));
        },
        `job ${jobId} to end`,
        timeoutMs,
      );
    } catch (error) {
      const ended = parts.fleet.agents.filter(({ running }) => !running);
      const agents = ended.map(({ mac, log }) => `Agent ${mac} has ended: ${log().slice(-500)}`).slice(0, 3);
      throw new Error(`${String(error)}. It is at: ${describe()} ${agents.join('\n')}`);
    }
    return last;
  }

  return {
    ...parts,
    device: (mac) => control.mirror.device(mac),
    async untilOnline(macs, timeoutMs = 20_000) {
      const offline = (): string[] => macs.filter((mac) => !control.mirror.device(mac)?.online);
      try {
        await until(() => offline().length === 0, `${macs.length} devices to be online`, timeoutMs);
      } catch (error) {
        throw new Error(`${String(error)}. Still offline: ${offline().slice(0, 10).join(' ')}`);
      }
    },
    async run(command, macs, more = {}) {
      const target = { kind: 'devices' as const, macs: [...macs] };
      const args = { command, ...more };
      return (await control.call('jobs.start', { siteId, op: 'shell.run', args, target })).job;
    },
    results,
    untilFinal,
    async finished(jobId, timeoutMs) {
      await untilFinal(jobId, timeoutMs);
      const { results: rows } = await control.call('jobs.show', { jobId, outputLimitBytes: 5_000_000 });
      const [only] = rows;
      if (!only || rows.length !== 1) throw new Error(`Job ${jobId} has ${rows.length} results.`);
      return only;
    },
  };
}
