import { createContext } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { Unsubscribe } from '../../contract/lib/signal.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';
import type { ConnectionStatus } from '../rpc/connect.ts';
import { createDevicesStore, type DevicesStore } from './devices.ts';
import { createFrameQueue, type FrameQueue } from './frame-queue.ts';
import { createJobsStore, type JobsStore } from './jobs.ts';
import { createMetricsStore, type MetricsStore } from './metrics.ts';
import { createSessionStore, type SessionStore } from './session.ts';
import { createSitesStore, type SitesStore } from './sites.ts';

/** Every mirror of the control centre that a window holds. */
export interface Stores {
  readonly connection: StoreApi<ConnectionStatus>;
  readonly session: SessionStore;
  readonly sites: SitesStore;
  readonly devices: DevicesStore;
  readonly metrics: MetricsStore;
  readonly jobs: JobsStore;
  /** Gathers the events between two pictures; watches use it too. */
  readonly queue: FrameQueue;
}

export const StoresContext = createContext<Stores | undefined>(undefined);

export function createStores(
  connection: StoreApi<ConnectionStatus>,
  queue: FrameQueue = createFrameQueue(),
): Stores {
  return {
    connection,
    session: createSessionStore(),
    sites: createSitesStore(),
    devices: createDevicesStore(),
    metrics: createMetricsStore(),
    jobs: createJobsStore(),
    queue,
  };
}

/** Fills the mirrors from the events of a client, in their order. Call it before the connection starts. */
export function fillStores(stores: Stores, client: RpcClient): Unsubscribe {
  const { session, sites, devices, metrics, jobs, queue } = stores;
  const subscriptions = [
    client.on('settings.changed', (body) => queue.add(() => session.settingsChanged(body))),
    client.on('notices.changed', (body) => queue.add(() => session.noticesChanged(body.notices))),
    client.on('activity.snapshot', (body) => queue.add(() => session.activitySnapshot(body.activities))),
    client.on('activity.changed', (body) => queue.add(() => session.activityChanged(body.activities))),
    client.on('session.ready', () => queue.add(() => session.ready())),
    client.on('sites.snapshot', (body) => queue.add(() => sites.snapshot(body.sites))),
    client.on('sites.changed', (body) => queue.add(() => sites.changed(body.sites))),
    client.on('sites.removed', (body) =>
      queue.add(() => {
        sites.removed(body.siteId);
        devices.siteRemoved(body.siteId);
      }),
    ),
    client.on('devices.snapshot', (body) =>
      queue.add(() => {
        devices.snapshot(body.devices, body.first);
        metrics.seed(body.devices, body.first);
      }),
    ),
    client.on('devices.changed', (body) =>
      queue.add(() => {
        devices.changed(body.devices);
        metrics.seed(body.devices, false);
      }),
    ),
    client.on('devices.removed', (body) => queue.add(() => devices.removed(body.siteId, body.macs))),
    client.on('devices.measured', (body) => queue.add(() => metrics.measured(body.siteId, body.items))),
    client.on('jobs.snapshot', (body) => queue.add(() => jobs.snapshot(body.jobs))),
    client.on('jobs.changed', (body) => queue.add(() => jobs.changed(body.jobs))),
  ];
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}
