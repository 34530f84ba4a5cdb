import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createRpcClient } from '../../contract/rpc/client.ts';
import type { EventBody, EventName } from '../../contract/rpc/contract.ts';
import { createMemoryPorts } from '../../contract/rpc/memory-port.ts';
import { deviceSample } from '../../test/support/device-sample.ts';
import { until } from '../../test/support/poll.ts';
import type { ConnectionStatus } from '../rpc/connect.ts';
import { createFrameQueue } from './frame-queue.ts';
import { createStores, fillStores } from './stores.ts';

const metrics = (cpuPercent: number, at = '2026-11-25T00:00:10.000Z') => ({ at, cpuPercent });

function start() {
  const frames: (() => void)[] = [];
  const status = createStore<ConnectionStatus>(() => ({
    phase: 'connected',
    sinceMs: 0,
    attempts: 0,
    generation: 1,
    session: null,
    problem: '',
  }));
  const [near, far] = createMemoryPorts();
  const stores = createStores(
    status,
    createFrameQueue((run) => frames.push(run)),
  );
  const client = createRpcClient(near, (error) => {
    throw error;
  });
  const stop = fillStores(stores, client);
  const emit = <N extends EventName>(name: N, body: EventBody<N>) => far.send({ t: 'event', name, body });
  /** Lets what was sent arrive, then draws one picture. */
  const draw = async () => {
    await until(() => frames.length > 0, 'a change that waits for a frame');
    for (const run of frames.splice(0)) run();
  };
  return { stores, emit, draw, frames, stop };
}

describe('the mirrors', () => {
  it('apply all events between two pictures together', async () => {
    const { stores, emit, draw, frames } = start();
    let commits = 0;
    stores.devices.store.subscribe(() => {
      commits += 1;
    });
    emit('devices.snapshot', { devices: [deviceSample()], first: true });
    emit('devices.changed', { devices: [deviceSample({ name: 'other' })] });
    await until(() => frames.length > 0, 'a change that waits for a frame');
    expect(commits).toBe(0);
    await draw();
    expect(stores.devices.store.getState().bySite.get('site0001')?.[0]?.name).toBe('other');
    expect(frames).toHaveLength(0);
  });

  it('keep measurements apart from devices', async () => {
    const { stores, emit, draw } = start();
    emit('devices.snapshot', { devices: [deviceSample({ metrics: metrics(1) })], first: true });
    await draw();
    const before = stores.devices.store.getState();
    const items = [{ mac: 'B827EB407E5A', lastHeard: '2026-11-25T00:00:11.000Z', metrics: metrics(55) }];
    emit('devices.measured', { siteId: 'site0001', items });
    await draw();
    expect(stores.devices.store.getState()).toBe(before);
    expect(stores.metrics.store.getState().byKey.get('site0001/B827EB407E5A')?.metrics.cpuPercent).toBe(55);
  });

  it('do not let an older measurement of a device replace a newer one', async () => {
    const { stores, emit, draw } = start();
    const items = [
      {
        mac: 'B827EB407E5A',
        lastHeard: '2026-11-25T00:01:00.000Z',
        metrics: metrics(55, '2026-11-25T00:01:00.000Z'),
      },
    ];
    emit('devices.measured', { siteId: 'site0001', items });
    emit('devices.changed', { devices: [deviceSample({ metrics: metrics(1) })] });
    await draw();
    expect(stores.metrics.store.getState().byKey.get('site0001/B827EB407E5A')?.metrics.cpuPercent).toBe(55);
  });

  it('forget the devices of a removed site', async () => {
    const { stores, emit, draw } = start();
    emit('devices.snapshot', { devices: [deviceSample()], first: true });
    emit('sites.removed', { siteId: 'site0001' });
    await draw();
    expect(stores.devices.store.getState().byKey.size).toBe(0);
  });

  it('replace an activity whose outcome changed, newest first', async () => {
    const { stores, emit, draw } = start();
    const line = (id: string, at: string, outcome: 'ok' | 'running') => ({
      id,
      at,
      siteId: null,
      mac: null,
      subject: 's',
      action: 'a',
      detail: '',
      outcome,
      durationMs: null,
      jobId: null,
    });
    emit('activity.snapshot', { activities: [line('1', '2026-11-25T00:00:00.000Z', 'running')] });
    emit('activity.changed', {
      activities: [line('1', '2026-11-25T00:00:00.000Z', 'ok'), line('2', '2026-11-25T00:00:05.000Z', 'ok')],
    });
    await draw();
    const { activities } = stores.session.store.getState();
    expect(activities.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['2 ok', '1 ok']);
  });

  it('hear nothing after they were let go', async () => {
    const { stores, emit, draw, stop } = start();
    emit('session.ready', {});
    await draw();
    stop();
    emit('sites.removed', { siteId: 'site0001' });
    expect(stores.session.store.getState().ready).toBe(true);
  });
});
