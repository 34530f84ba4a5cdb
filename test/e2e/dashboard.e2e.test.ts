import { afterEach, describe, expect, it } from 'vitest';
import { KEEP_ALIVE_SEC } from '../../contract/wire/limits.ts';
import { until } from '../support/poll.ts';
import { type RunningTestSite, startSite, testMac } from '../support/start-site.ts';

let site: RunningTestSite | undefined;
afterEach(async () => {
  await site?.remove();
  site = undefined;
});

describe.each(['embedded', 'mosquitto'] as const)('the dashboard of a site on the %s broker', (broker) => {
  it('shows two running agents of five linked MACs online, loses a killed one in time and gets it back', async () => {
    site = await startSite({ broker, agents: 2, idle: true });
    const { control, siteId, fleet } = site;
    const [first, second] = fleet.agents;
    if (!first || !second) throw new Error('two agents were asked for');
    const macs = [1, 2, 3, 4, 5].map(testMac);
    const states = (): string => macs.map((mac) => control.mirror.device(mac)?.state ?? 'unlisted').join(' ');

    fleet.runAll();
    const { results } = await control.call('devices.link', { siteId, macs });
    expect(results.map(({ error }) => error)).toEqual([null, null, null, null, null]);
    const expected = 'online online never-seen never-seen never-seen';
    await until(() => states() === expected, 'two devices online and three offline', 15_000);
    expect(control.mirror.devices().filter(({ online }) => online)).toHaveLength(2);

    const killedAtMs = performance.now();
    await first.kill9();
    await until(
      () => control.mirror.device(first.mac)?.state === 'offline',
      'the killed agent to be offline',
      KEEP_ALIVE_SEC * 1_500 + 2_000,
    );
    expect(performance.now() - killedAtMs).toBeLessThan(KEEP_ALIVE_SEC * 1_500 + 2_000);
    expect(control.mirror.device(first.mac)?.since).not.toBeNull();
    expect(control.mirror.device(second.mac)?.state).toBe('online');

    first.run();
    await until(() => states() === expected, 'the killed agent to come back by itself', 20_000);
  });
});
