import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobResult } from '../../contract/model/job.ts';
import { until } from '../support/poll.ts';
import { countRuns, noteRunCommand } from '../support/run-once.ts';
import { type RunningTestSite, startSite } from '../support/start-site.ts';

describe('a job for a device that is offline', () => {
  let site: RunningTestSite;
  let mac: string;
  beforeAll(async () => {
    site = await startSite({ broker: 'embedded', agents: 1 });
    mac = site.fleet.agents[0]?.mac ?? '';
  });
  afterAll(() => site?.remove());

  async function takeOffline(): Promise<void> {
    await site.fleet.agent(mac).kill9();
    await until(() => site.device(mac)?.state === 'offline', 'the device to be offline', 35_000);
  }
  async function only(jobId: string): Promise<JobResult> {
    const [result] = await site.results(jobId);
    if (!result) throw new Error('the job has no result');
    return result;
  }
  /** A request that leaves for another, reachable device proves that the queue was worked through meanwhile. */
  async function queueWasWorkedThrough(): Promise<void> {
    const { job } = await site.control.call('jobs.start', {
      siteId: site.siteId,
      op: 'shell.run',
      args: { command: 'true' },
      target: { kind: 'devices', macs: ['B827EBFFFFFF'] },
    });
    await site.untilFinal(job.id);
  }

  it('waits without ever showing as sent, survives a restart of the control centre, and runs when it appears', async () => {
    await takeOffline();
    const states = new Set<string>();
    const off = site.control.rpc.on('jobs.results', ({ results }) => {
      for (const { state } of results) states.add(state);
    });
    const file = join(site.control.data, 'waited.ran');
    const job = await site.run(noteRunCommand(file, 'echo done'), [mac]);
    await site.control.call('jobs.watch', { jobId: job.id });
    await queueWasWorkedThrough();
    const waiting = await only(job.id);
    expect(waiting).toMatchObject({ state: 'queued', attempts: 0, startedAt: null });
    expect(waiting.detail).toMatch(/^Waits: offline since .* It starts when the device appears\.$/);
    expect((await site.control.call('jobs.show', { jobId: job.id })).job.state).toBe('waiting');
    expect([...states].filter((state) => state !== 'queued')).toEqual([]);
    off();

    await site.control.kill9();
    await site.control.start();
    expect(await only(job.id)).toMatchObject({ state: 'queued', attempts: 0 });
    site.fleet.agent(mac).run();
    const result = await site.finished(job.id);
    expect(result).toMatchObject({ state: 'succeeded', exitCode: 0, stdout: 'done\n' });
    expect(countRuns(file, [mac])).toEqual(new Map([[mac, 1]]));
  });

  it('never runs when it is cancelled before the device appears', async () => {
    await takeOffline();
    const file = join(site.control.data, 'cancelled.ran');
    const job = await site.run(noteRunCommand(file, 'true'), [mac]);
    const { job: cancelled } = await site.control.call('jobs.cancel', { jobId: job.id });
    expect(cancelled.state).toBe('cancelled');
    const result = await only(job.id);
    expect(result).toMatchObject({ state: 'cancelled', attempts: 0, startedAt: null });
    expect(result.detail).toContain('the device never got it');

    site.fleet.agent(mac).run();
    await site.untilOnline([mac]);
    // What is sent later in the same order comes through; the cancelled one would have come before it.
    const next = await site.run('echo next', [mac]);
    expect((await site.finished(next.id)).stdout).toBe('next\n');
    expect(existsSync(file)).toBe(false);
    expect((await only(job.id)).state).toBe('cancelled');
  });

  it('is given up at its deadline', async () => {
    await takeOffline();
    const { job } = await site.control.call('jobs.start', {
      siteId: site.siteId,
      op: 'shell.run',
      args: { command: 'true' },
      target: { kind: 'devices', macs: [mac] },
      deadlineSec: 1,
    });
    const [result] = await site.untilFinal(job.id);
    expect(result).toMatchObject({ state: 'timed-out', attempts: 0, error: { code: 'timeout' } });
    expect(result?.error?.message).toContain('nothing was sent to it');
  });

  it('is cancelled when the device is unlinked meanwhile, and refused when it is not linked at all', async () => {
    const waiting = await site.run('true', [mac]);
    const { devices } = await site.control.call('devices.unlink', { siteId: site.siteId, macs: [mac] });
    expect(devices[0]).toMatchObject({ mac, linked: false });
    expect(await only(waiting.id)).toMatchObject({ state: 'cancelled' });
    const refused = await site.run('true', [mac]);
    expect(await only(refused.id)).toMatchObject({
      state: 'rejected',
      error: { code: 'denied' },
      attempts: 0,
    });
  });
});
