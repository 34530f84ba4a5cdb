import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLEET_MAC, type FleetBench, startFleetBench } from '../../../test/support/fleet-bench.ts';

let bench: FleetBench;
beforeEach(async () => {
  bench = await startFleetBench();
});
afterEach(() => bench.remove());

describe('the link of a device', () => {
  it('answers for each text by itself, and the same FLEET_MAC in two forms is one device', async () => {
    const outcomes = await bench.links.link(['b8:27:eb:00:00:01', 'nonsense', 'B827.EB00.0001'], {
      name: 'Press 7',
    });
    expect(outcomes.map(({ device: found, already }) => [found?.name ?? null, already])).toEqual([
      ['Press 7', false],
      [null, false],
      ['Press 7', false],
    ]);
    expect(outcomes[1]?.error?.code).toBe('invalid');
    const [again] = await bench.links.link([FLEET_MAC], { name: 'Other' });
    expect(again).toMatchObject({ already: true, device: { name: 'Press 7' } });
    expect(bench.published).toHaveLength(1);
  });

  it('is signed with a growing version, and says so when it is taken back', async () => {
    await bench.links.link([FLEET_MAC], { tags: ['van'], groups: ['north'] });
    await bench.links.edit([FLEET_MAC], {
      edit: { name: 'Press 8' },
      addTags: ['roof'],
      removeGroups: ['north'],
    });
    await bench.links.unlink([FLEET_MAC]);
    expect(bench.published.map(({ linked, name, tags, groups }) => ({ linked, name, tags, groups }))).toEqual(
      [
        { linked: true, name: '', tags: ['van'], groups: ['north'] },
        { linked: true, name: 'Press 8', tags: ['van', 'roof'], groups: [] },
        { linked: false, name: 'Press 8', tags: ['van', 'roof'], groups: [] },
      ],
    );
    const versions = bench.published.map(({ version }) => version);
    expect([...versions].sort((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(3);
  });

  it('has a higher version than any before, also when the file was lost', async () => {
    await bench.links.link([FLEET_MAC], {});
    bench.advance(60_000);
    await bench.restartEmpty();
    await bench.links.link([FLEET_MAC], {});
    expect(bench.published[1]?.version).toBeGreaterThan(bench.published[0]?.version ?? 0);
  });

  it('made while there is no connection is published when there is one, also after a restart', async () => {
    bench.setOffline(true);
    const [outcome] = await bench.links.link([FLEET_MAC], { name: 'Press 7' });
    expect(outcome?.device).toMatchObject({ linked: true, name: 'Press 7' });
    expect(bench.published).toEqual([]);
    await bench.restart();
    expect(bench.fleet.get(FLEET_MAC)).toMatchObject({ linked: true, name: 'Press 7' });
    bench.setOffline(false);
    await bench.links.publishPending();
    expect(bench.published).toMatchObject([{ linked: true, name: 'Press 7' }]);
    await bench.links.publishPending();
    expect(bench.published).toHaveLength(1);
  });

  it('is published in order when changes come fast: the newest is the last', async () => {
    await bench.links.link([FLEET_MAC], {});
    await Promise.all([
      ...Array.from({ length: 30 }, (_, index) =>
        bench.links.edit([FLEET_MAC], { edit: { name: `n${index}` } }),
      ),
      bench.links.unlink([FLEET_MAC]),
    ]);
    expect(bench.published.at(-1)).toMatchObject({ linked: false });
    const versions = bench.published.map(({ version }) => version);
    expect([...versions].sort((a, b) => a - b)).toEqual(versions);
  });

  it('protects a device from being forgotten, and one that nobody knows from being changed', async () => {
    await bench.links.link([FLEET_MAC], {});
    await expect(bench.links.forget([FLEET_MAC])).rejects.toThrow(/Unlink it before/);
    await bench.links.unlink([FLEET_MAC]);
    await bench.links.forget([FLEET_MAC]);
    expect(bench.fleet.list()).toEqual([]);
    expect(bench.store.data.devices).toEqual({});
    await expect(bench.links.unlink([FLEET_MAC])).rejects.toThrow(`This site knows no device ${FLEET_MAC}.`);
    await expect(bench.links.edit([FLEET_MAC], {})).rejects.toThrow(/knows no device/);
    await expect(bench.links.bind(FLEET_MAC, bench.device.publicKey)).rejects.toThrow(/knows no device/);
  });

  it('forgotten stays forgotten though its facts were just being written', async () => {
    bench.fleet.connected();
    await bench.announce();
    await Promise.all([bench.links.forget([FLEET_MAC]), bench.fleet.stop()]);
    await bench.restart();
    expect(bench.fleet.list()).toEqual([]);
  });
});
