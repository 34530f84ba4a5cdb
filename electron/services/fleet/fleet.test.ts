import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import { createSigner, generatePrivateKey } from '../../../contract/wire/documents.ts';
import { FLEET_MAC, type FleetBench, startFleetBench } from '../../../test/support/fleet-bench.ts';

let bench: FleetBench;
beforeEach(async () => {
  bench = await startFleetBench();
});
afterEach(() => bench.remove());

describe('a device that announces itself', () => {
  it('is discovered with its facts, and nothing may be sent to it before it is linked', async () => {
    bench.fleet.connected();
    await bench.announce();
    expect(bench.fleet.get(FLEET_MAC)).toMatchObject({
      linked: false,
      online: true,
      name: 'press-07',
      hostName: 'press-07',
    });
    expect(bench.fleet.get(FLEET_MAC)?.capabilities).toEqual(['shell.run']);
    expect(bench.fleet.sendable(FLEET_MAC)).toMatchObject({ ok: false, waits: false });
    expect(bench.events).toContain(`${FLEET_MAC} discovered`);
    await bench.links.link([FLEET_MAC], {});
    expect(bench.fleet.sendable(FLEET_MAC)).toEqual({ ok: true, publicKey: bench.device.publicKey });
  });

  it('is bound to the key that it tells after it was linked', async () => {
    bench.fleet.connected();
    await bench.links.link([FLEET_MAC], {});
    bench.fleet.presence(FLEET_MAC, bench.presenceText(), false);
    expect(bench.fleet.sendable(FLEET_MAC)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('first inventory'),
    });
    await bench.fleet.inventory(FLEET_MAC, await bench.inventoryOf(bench.device));
    await expect
      .poll(() => bench.fleet.sendable(FLEET_MAC))
      .toEqual({ ok: true, publicKey: bench.device.publicKey });
    expect(bench.published.map(({ publicKey }) => publicKey)).toEqual([null, bench.device.publicKey]);
  });

  it('is not believed when its inventory is signed by another key, or for another device or site', async () => {
    const other = await createSigner(await generatePrivateKey());
    const forged = await bench.inventoryOf(other, { publicKey: bench.device.publicKey });
    await expect(bench.fleet.inventory(FLEET_MAC, forged)).rejects.toThrow(/another device, key or site/);
    await expect(
      bench.fleet.inventory('B827EB000002', await bench.inventoryOf(bench.device)),
    ).rejects.toThrow(/another device/);
    await expect(
      bench.fleet.inventory(FLEET_MAC, await bench.inventoryOf(bench.device, { site: 'other1234567' })),
    ).rejects.toThrow(/site/);
    await expect(bench.fleet.inventory(FLEET_MAC, 'x'.repeat(100_000))).rejects.toThrow(AppError);
    expect(bench.fleet.list()).toEqual([]);
  });

  it('with another key than the bound one keeps its known facts, and nothing is sent to it', async () => {
    bench.fleet.connected();
    await bench.announce();
    await bench.links.link([FLEET_MAC], {});
    const other = await createSigner(await generatePrivateKey());
    await bench.fleet.inventory(FLEET_MAC, await bench.inventoryOf(other, { hostName: 'impostor' }));
    expect(bench.fleet.get(FLEET_MAC)).toMatchObject({
      hostName: 'press-07',
      publicKey: bench.device.publicKey,
    });
    expect(bench.fleet.sendable(FLEET_MAC)).toMatchObject({
      ok: false,
      waits: true,
      reason: expect.stringContaining('identity'),
    });
    bench.appeared.length = 0;
    await bench.links.bind(FLEET_MAC, other.publicKey);
    expect(bench.fleet.sendable(FLEET_MAC)).toEqual({ ok: true, publicKey: other.publicKey });
    expect(bench.appeared).toContain(FLEET_MAC);
  });

  it('is told to have restarted when it boots anew, and to appear again on each new connection of its own', async () => {
    bench.fleet.connected();
    await bench.announce();
    bench.fleet.presence(FLEET_MAC, bench.presenceText({ session: 's2', bootId: 'b2' }), false);
    expect(bench.events).toContain(`${FLEET_MAC} restarted`);
    expect(bench.appeared).toEqual([FLEET_MAC, FLEET_MAC]);
  });

  it('is known after a start with all that it told', async () => {
    bench.fleet.connected();
    await bench.announce();
    bench.advance(1_000);
    bench.fleet.heard(FLEET_MAC);
    await bench.restart();
    expect(bench.fleet.get(FLEET_MAC)).toMatchObject({
      state: 'unknown',
      hostName: 'press-07',
      capabilities: ['shell.run'],
      lastHeard: '2026-11-25T08:00:01.000Z',
    });
  });

  it('is refused when what it says is no message of the protocol', () => {
    expect(() => bench.fleet.presence(FLEET_MAC, '{"online":true}', false)).toThrow(AppError);
    expect(() => bench.fleet.metrics(FLEET_MAC, '{}')).toThrow(AppError);
    expect(() => bench.fleet.want(FLEET_MAC, '{"v":2,"wants":["everything"]}')).toThrow(AppError);
    expect(() =>
      bench.fleet.presence(FLEET_MAC, bench.presenceText({ capabilities: ['x'.repeat(9_000)] }), false),
    ).toThrow(/bytes/);
    expect(bench.fleet.list()).toEqual([]);
  });
});
