import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../contract/lib/errors.ts';
import { type ControlProcess, startControlCentre } from '../support/control-process.ts';
import { until } from '../support/poll.ts';
import { testMac } from '../support/start-site.ts';

const ROUNDS = 12;
/** What is told to be done was done; what was under way when the power went may be either. */
interface Acknowledged {
  readonly linked: Map<string, string>;
  readonly jobs: Set<string>;
  readonly enrolments: Set<string>;
  readonly forgotten: Set<string>;
}

describe('a control centre that is killed while it works', () => {
  let control: ControlProcess;
  let siteId: string;
  const told: Acknowledged = {
    linked: new Map(),
    jobs: new Set(),
    enrolments: new Set(),
    forgotten: new Set(),
  };
  /** Names whose change was asked for and not answered: either may hold afterwards. */
  const unsure = new Map<string, Set<string>>();
  let count = 0;
  const newMac = (): string => {
    count += 1;
    return testMac(count);
  };

  beforeAll(async () => {
    control = await startControlCentre();
    const site = await control.call('sites.create', {
      name: 'Killed',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    siteId = site.id;
  });
  afterAll(() => control?.remove());

  async function linkAndEdit(): Promise<void> {
    const mac = newMac();
    const first = `first ${mac}`;
    const second = `second ${mac}`;
    unsure.set(mac, new Set([first, second]));
    await control.call('devices.link', { siteId, macs: [mac], edit: { name: first, tags: ['van'] } });
    told.linked.set(mac, first);
    await control.call('devices.edit', { siteId, macs: [mac], edit: { name: second }, addGroups: ['roof'] });
    told.linked.set(mac, second);
    unsure.delete(mac);
  }
  async function linkAndForget(): Promise<void> {
    const mac = newMac();
    await control.call('devices.link', { siteId, macs: [mac] });
    await control.call('devices.unlink', { siteId, macs: [mac] });
    await control.call('devices.forget', { siteId, macs: [mac] });
    told.forgotten.add(mac);
  }
  async function createJob(): Promise<void> {
    const macs = [testMac(1_000_001), testMac(1_000_002)];
    await control.call('devices.link', { siteId, macs });
    const { job } = await control.call('jobs.start', {
      siteId,
      op: 'shell.run',
      args: { command: 'true' },
      target: { kind: 'devices', macs },
    });
    told.jobs.add(job.id);
  }
  async function enrol(): Promise<void> {
    const { enrolment } = await control.call('enrolments.create', { siteId });
    told.enrolments.add(enrolment.tokenId);
  }

  /** Works without a pause until the connection is lost. */
  async function workUntilKilled(work: () => Promise<void>): Promise<void> {
    try {
      for (;;) await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'offline') throw error;
    }
  }

  it('has everything afterwards that it had acknowledged, and its audit log is whole', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = told.linked.size + told.jobs.size + told.enrolments.size;
      const work = Promise.all([linkAndEdit, linkAndForget, createJob, enrol].map(workUntilKilled));
      const more = 3 + Math.floor(Math.random() * 40);
      await until(
        () => told.linked.size + told.jobs.size + told.enrolments.size >= before + more,
        'some work to be acknowledged',
        30_000,
      );
      await control.kill9();
      await work;
      await control.start();
      await expectAll();
    }
    const verdict = await control.call('audit.verify', {});
    expect(verdict.brokenAtSeq).toBeNull();
    expect(control.mirror.notices()).toEqual([]);
  });

  async function expectAll(): Promise<void> {
    for (const [mac, name] of told.linked) {
      const device = control.mirror.device(mac);
      expect(device, mac).toMatchObject({ linked: true, tags: ['van'] });
      expect([name, ...(unsure.get(mac) ?? [])], mac).toContain(device?.name);
    }
    for (const mac of told.forgotten) expect(control.mirror.device(mac)).toBeUndefined();
    const { jobs } = await control.call('jobs.list', { siteId, limit: 1000 });
    const kept = new Map(jobs.map((job) => [job.id, job]));
    for (const jobId of told.jobs)
      expect(kept.get(jobId), jobId).toMatchObject({ total: 2, counts: { queued: 2 } });
    const { enrolments } = await control.call('enrolments.list', { siteId });
    const tokens = new Set(enrolments.map(({ tokenId }) => tokenId));
    for (const tokenId of told.enrolments) expect(tokens.has(tokenId), tokenId).toBe(true);
  }
});
