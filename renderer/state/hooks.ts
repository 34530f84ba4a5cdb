import { useCallback, useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import { AppError } from '../../contract/lib/errors.ts';
import type { Device } from '../../contract/model/device.ts';
import type { Job } from '../../contract/model/job.ts';
import type { Metrics } from '../../contract/model/metrics.ts';
import type { Activity, Notice } from '../../contract/model/notice.ts';
import type { Settings } from '../../contract/model/settings.ts';
import type { Site } from '../../contract/model/site.ts';
import type { SessionInfo } from '../../contract/rpc/contract/session.ts';
import type { ConnectionStatus } from '../rpc/connect.ts';
import { deviceKey } from './devices.ts';
import { activeSite } from './selectors.ts';
import { type Stores, StoresContext } from './stores.ts';

const NO_DEVICES: readonly Device[] = [];

export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (!stores) throw new AppError('internal', 'There is no StoresContext above this component.');
  return stores;
}

/** All sites, in order of creation. */
export function useSites(): readonly Site[] {
  return useStore(useStores().sites.store, (state) => state.sites);
}

export function useSite(siteId: string | null | undefined): Site | undefined {
  return useStore(useStores().sites.store, (state) => state.sites.find((site) => site.id === siteId));
}

/** The site that the screens show: the chosen one, or the first; undefined when there is none. */
export function useActiveSite(): Site | undefined {
  const sites = useSites();
  const settings = useSettings();
  return activeSite(sites, settings);
}

/** The devices of a site in order of name, linked and discovered. The array changes only when a device does. */
export function useDevices(siteId: string | undefined): readonly Device[] {
  return useStore(
    useStores().devices.store,
    (state) => (siteId ? state.bySite.get(siteId) : undefined) ?? NO_DEVICES,
  );
}

export function useDevice(siteId: string | undefined, mac: string): Device | undefined {
  return useStore(useStores().devices.store, (state) => state.byKey.get(deviceKey(siteId ?? '', mac)));
}

/** Every device of every site by `siteId/mac` (`deviceKey`). */
export function useDeviceMap(): ReadonlyMap<string, Device> {
  return useStore(useStores().devices.store, (state) => state.byKey);
}

/** The newest measurements of one device, live; null when there are none. */
export function useMetrics(siteId: string | undefined, mac: string): Metrics | null {
  return useStore(
    useStores().metrics.store,
    (state) => state.byKey.get(deviceKey(siteId ?? '', mac))?.metrics ?? null,
  );
}

/** When the device was heard last, live, as ISO text. */
export function useLastHeard(siteId: string | undefined, mac: string): string | null {
  const measured = useStore(
    useStores().metrics.store,
    (state) => state.byKey.get(deviceKey(siteId ?? '', mac))?.lastHeard ?? null,
  );
  const registered = useDevice(siteId, mac)?.lastHeard ?? null;
  if (!measured || !registered) return measured ?? registered;
  return measured.localeCompare(registered) > 0 ? measured : registered;
}

/** Reads the newest measurements without listening: for sorting and export. */
export function useMetricsReader(): (siteId: string, mac: string) => Metrics | null {
  const { store } = useStores().metrics;
  return useCallback(
    (siteId, mac) => store.getState().byKey.get(deviceKey(siteId, mac))?.metrics ?? null,
    [store],
  );
}

/** The newest jobs, newest first, of one site or of all. */
export function useJobs(siteId?: string): readonly Job[] {
  const jobs = useStore(useStores().jobs.store, (state) => state.jobs);
  return useMemo(() => (siteId ? jobs.filter((job) => job.siteId === siteId) : jobs), [jobs, siteId]);
}

export function useJob(jobId: string): Job | undefined {
  return useStore(useStores().jobs.store, (state) => state.byId.get(jobId));
}

/** Who is connected; null before the first answer. */
export function useSession(): SessionInfo | null {
  return useStore(useStores().connection, (state) => state.session);
}

/** Whether all snapshots have arrived at least once. */
export function useReady(): boolean {
  return useStore(useStores().session.store, (state) => state.ready);
}

export function useSettings(): Settings | null {
  return useStore(useStores().session.store, (state) => state.settings);
}

export function useNotices(): readonly Notice[] {
  return useStore(useStores().session.store, (state) => state.notices);
}

/** What was done lately, newest first. */
export function useActivities(): readonly Activity[] {
  return useStore(useStores().session.store, (state) => state.activities);
}

/** Whether what is shown is live; false while the control centre does not answer. */
export function useConnected(): boolean {
  return useStore(useStores().connection, (state) => state.phase === 'connected');
}

export function useConnectionStatus(): ConnectionStatus {
  return useStore(useStores().connection);
}
