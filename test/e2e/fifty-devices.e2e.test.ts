import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobResult } from '../../contract/model/job.ts';
import { until } from '../support/poll.ts';
import { countRuns, noteRunCommand, ranTwice } from '../support/run-once.ts';
import { type RunningTestSite, startSite } from '../support/start-site.ts';

const DEVICES = 50;
const KILLS = 10;

/** Fifty real agents, a real Mosquitto with passwords, access rules and TLS, one control centre. */
describe('a job on fifty devices', () => {
  let site: RunningTestSite;
  let macs: string[];
  beforeAll(async () => {
    site = await startSite({ broker: 'mosquitto', agents: DEVICES });
    macs = site.fleet.agents.map(({ mac }) => mac);
  });
  afterAll(() => site?.remove());

  const noteFile = (name: string): string => join(site.control.data, `${name}.ran`);
  const statesOf = (results: readonly JobResult[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { state } of results) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };

  /** Every device has one result in the history, all agree with the job's own counts, and no more come. */
  async function expectOneResultEach(jobId: string): Promise<JobResult[]> {
    const results = await site.untilFinal(jobId, 80_000);
    expect(results.map(({ mac }) => mac)).toEqual([...macs].sort());
    const { job } = await site.control.call('jobs.show', { jobId, macs: macs.slice(0, 1) });
    expect(job.total).toBe(DEVICES);
    expect(job.counts).toEqual(statesOf(results));
    expect(job.finishedAt).not.toBeNull();
    return results;
  }

  const untilConnected = (): Promise<void> =>
    until(
      () => site.control.mirror.sites.get(site.siteId)?.connection.state === 'connected',
      'the control centre to be connected',
      30_000,
    );

  it('ends with one result each while the broker is killed ten times', async () => {
    const file = noteFile('broker');
    const job = await site.run(noteRunCommand(file, 'sleep 3'), macs);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await site.mosquitto?.kill9();
      await site.mosquitto?.restart();
      await untilConnected();
    }
    const results = await expectOneResultEach(job.id);
    expect(statesOf(results)).toEqual({ succeeded: DEVICES });
    const counts = countRuns(file, macs);
    expect(ranTwice(counts)).toEqual([]);
    expect(counts.size).toBe(DEVICES);
  });

  it('ends with one result each while the control centre is killed ten times', async () => {
    await site.untilOnline(macs, 60_000);
    const file = noteFile('control');
    const job = await site.run(noteRunCommand(file, 'sleep 3'), macs);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await site.control.kill9();
      await site.control.start();
    }
    const results = await expectOneResultEach(job.id);
    expect(statesOf(results)).toEqual({ succeeded: DEVICES });
    const counts = countRuns(file, macs);
    expect(ranTwice(counts)).toEqual([]);
    expect(counts.size).toBe(DEVICES);
  });

  it('ends with one result each while agents are killed at random moments', async () => {
    await site.untilOnline(macs, 60_000);
    const file = noteFile('agents');
    const killed = new Set<string>();
    const job = await site.run(noteRunCommand(file, 'sleep 2'), macs);
    for (let kill = 0; kill < 3 * KILLS; kill += 1) {
      const agent = site.fleet.agents[Math.floor(Math.random() * DEVICES)];
      if (!agent) continue;
      await agent.kill9();
      killed.add(agent.mac);
      agent.run();
    }
    const results = await expectOneResultEach(job.id);
    for (const { mac, state, exitCode, error } of results) {
      // What was running when its agent died has an unknown end, and says so.
      const allowed = killed.has(mac) ? ['succeeded', 'interrupted'] : ['succeeded'];
      expect(allowed, `${mac} ${exitCode} ${error?.message}`).toContain(state);
    }
    const counts = countRuns(file, macs);
    expect(ranTwice(counts)).toEqual([]);
    for (const { mac, state } of results) if (state === 'succeeded') expect(counts.get(mac), mac).toBe(1);
  });
});
