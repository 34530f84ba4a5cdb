import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Site } from '../../contract/model/site.ts';

/** Mirror of the sites, in order of creation. */
export interface SitesState {
  sites: readonly Site[];
}

export interface SitesStore {
  readonly store: StoreApi<SitesState>;
  snapshot(sites: readonly Site[]): void;
  changed(sites: readonly Site[]): void;
  removed(siteId: string): void;
}

export function createSitesStore(): SitesStore {
  const store = createStore<SitesState>(() => ({ sites: [] }));
  const sorted = (sites: readonly Site[]): Site[] =>
    [...sites].sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
  return {
    store,
    snapshot: (sites) => store.setState({ sites: sorted(sites) }),
    changed(sites) {
      const byId = new Map(store.getState().sites.map((site) => [site.id, site]));
      for (const site of sites) byId.set(site.id, site);
      store.setState({ sites: sorted([...byId.values()]) });
    },
    removed: (siteId) =>
      store.setState({ sites: store.getState().sites.filter((site) => site.id !== siteId) }),
  };
}
