import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/support/poll.ts';
import { startSimulatedDevice } from '../../../test/support/simulated-device.ts';
import { type SitesBench, startSitesBench } from '../../../test/support/sites-bench.ts';

const MAC = 'B827EB000001';
const BROKER = { tlsPort: 0, host: '127.0.0.1', rootTopic: 'iotm-sys' };

let bench: SitesBench;
beforeEach(async () => {
  bench = await startSitesBench();
});
afterEach(() => bench.remove());

describe('the connection of a site', () => {
  it('keeps the port that the system chose when it is connected again, because devices know it', async () => {
    const { id, port } = await bench.sites.create({ name: 'Yard', broker: BROKER });
    expect(port).toBeGreaterThan(0);
    await bench.sites.connect(id, false);
    await bench.sites.connect(id, true);
    expect(bench.sites.view(id).port).toBe(port);
    await bench.untilConnected(id);
  });

  it('is made once when two people ask for it at the same time', async () => {
    const { id } = await bench.sites.create({ name: 'Yard', broker: BROKER });
    await bench.sites.connect(id, false);
    const outcomes = await Promise.allSettled([bench.sites.connect(id, true), bench.sites.connect(id, true)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await bench.untilConnected(id);
    expect(bench.errors).toEqual([]);
  });

  it('ends as it was asked for last when it is ended while it is being made', async () => {
    const { id } = await bench.sites.create({ name: 'Yard', broker: BROKER });
    await bench.sites.connect(id, false);
    await Promise.all([bench.sites.connect(id, true), bench.sites.connect(id, false)]);
    expect(bench.sites.view(id).connection.state).toBe('stopped');
    await Promise.all([
      bench.sites.connect(id, true),
      bench.sites.connect(id, false),
      bench.sites.connect(id, true),
    ]);
    await bench.untilConnected(id);
  });
});

describe('a device that was online when the program ended', () => {
  it('was heard last then, also when it never comes back', async () => {
    const { id } = await bench.sites.create({ name: 'Yard', broker: BROKER });
    await bench.untilConnected(id);
    const presence = {
      v: 2,
      online: true,
      session: 'session-1',
      since: new Date().toISOString(),
      bootId: 'boot-1',
      agentVersion: '0.1.0',
      capabilities: ['shell.run'],
      keepAliveSec: 20,
    };
    bench.sites.get(id).fleet.presence(MAC, JSON.stringify(presence), false);
    const heard = bench.sites.get(id).fleet.get(MAC);
    expect(heard).toMatchObject({ online: true, lastHeard: expect.any(String) });
    await bench.restart();
    expect(bench.sites.get(id).fleet.get(MAC)?.lastHeard).toBe(heard?.lastHeard);
  });
});

describe('a device whose presence was lost on the way', () => {
  it('is asked to announce itself as soon as it is heard', async () => {
    const { id } = await bench.sites.create({ name: 'Yard', broker: BROKER });
    await bench.untilConnected(id);
    const { fleet, links, enrolments } = bench.sites.get(id);
    const { file } = await enrolments.create({ uses: 1, hours: 1, createdBy: 'Ada' });
    const device = await startSimulatedDevice({ mac: MAC, enrolment: file });
    await until(() => fleet.get(MAC)?.hostName != null, 'the device to be discovered');
    // As if nothing of what it said of itself had come.
    await links.forget([MAC]);
    device.sendMetrics();
    await until(
      () => fleet.get(MAC)?.online === true && fleet.get(MAC)?.hostName != null,
      'its announcement',
    );
    await device.stop();
  });
});
