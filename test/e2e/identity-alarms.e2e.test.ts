import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgent, type FleetAgent, runAgent } from '../support/agent-fleet.ts';
import { until } from '../support/poll.ts';
import { type RunningTestSite, startSite, testMac } from '../support/start-site.ts';

describe('a device that is not who it says', () => {
  let site: RunningTestSite;
  let agent: FleetAgent;
  let twin: FleetAgent | undefined;
  beforeEach(async () => {
    site = await startSite({ broker: 'mosquitto', agents: 1 });
    const [first] = site.fleet.agents;
    if (!first) throw new Error('one agent was asked for');
    agent = first;
  });
  afterEach(async () => {
    await twin?.kill9();
    if (twin) rmSync(twin.folder, { recursive: true, force: true });
    twin = undefined;
    await site?.remove();
  });

  const hasAlarm = (mac: string, kind: string): boolean =>
    site.device(mac)?.alarms.some((alarm) => alarm.kind === kind) ?? false;

  it('with another key for the same MAC raises an alarm, gets nothing, and works once its key is accepted', async () => {
    const boundKey = site.device(agent.mac)?.publicKey;
    await agent.stop();
    twin = createAgent(join(site.control.data, 'twin'), agent.mac);
    const { file } = await site.control.call('enrolments.create', { siteId: site.siteId });
    const path = join(site.control.data, 'twin.muster');
    writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
    expect(await runAgent(['join', path, '--state', twin.state, '--mac', agent.mac])).toMatchObject({
      code: 0,
    });
    twin.run();
    await until(() => hasAlarm(agent.mac, 'other-key'), 'the alarm', 20_000);
    await site.untilOnline([agent.mac]);
    expect(site.device(agent.mac)?.publicKey).toBe(boundKey);

    const job = await site.run('echo accepted', [agent.mac]);
    const [waiting] = await site.results(job.id);
    expect(waiting).toMatchObject({ state: 'queued', attempts: 0 });
    expect(waiting?.detail).toContain('doubt about its identity');

    const device = await site.control.call('devices.accept-key', { siteId: site.siteId, mac: agent.mac });
    expect(device.publicKey).not.toBe(boundKey);
    expect(device.alarms).toEqual([]);
    expect(await site.finished(job.id)).toMatchObject({ state: 'succeeded', stdout: 'accepted\n' });
  });

  it('with the key of a copied card raises an alarm on both, until the copy joins anew', async () => {
    const copyMac = testMac(77);
    const folder = join(site.control.data, 'copy');
    mkdirSync(folder, { recursive: true });
    twin = createAgent(folder, copyMac);
    await agent.stop();
    cpSync(agent.state, twin.state, { recursive: true });
    // A copied card starts in another board: the agent's folder is the same, the address is another.
    const { file } = await site.control.call('enrolments.create', { siteId: site.siteId, uses: 2 });
    const path = join(site.control.data, 'copy.muster');
    writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
    const join1 = await runAgent(['join', path, '--state', twin.state, '--mac', copyMac]);
    expect(join1).toMatchObject({ code: 0 });
    agent.run();
    twin.run();
    await until(
      () => hasAlarm(agent.mac, 'cloned-key') && hasAlarm(copyMac, 'cloned-key'),
      'the alarm on both',
      20_000,
    );
    await site.untilOnline([agent.mac]);
    const job = await site.run('echo settled', [agent.mac]);
    expect((await site.results(job.id))[0]).toMatchObject({ state: 'queued', attempts: 0 });

    // What the alarm says to do: remove the copy's folder and join it again.
    await twin.stop();
    rmSync(twin.state, { recursive: true });
    const join2 = await runAgent(['join', path, '--state', twin.state, '--mac', copyMac]);
    expect(join2).toMatchObject({ code: 0 });
    twin.run();
    await until(
      () => !hasAlarm(agent.mac, 'cloned-key') && !hasAlarm(copyMac, 'cloned-key'),
      'both alarms to be gone',
      20_000,
    );
    expect(await site.finished(job.id)).toMatchObject({ state: 'succeeded', stdout: 'settled\n' });
  });
});
