import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Device } from '../../contract/model/device.ts';
import type { Metrics } from '../../contract/model/metrics.ts';
import { deviceKey } from './devices.ts';

export interface Measured {
  metrics: Metrics;
  lastHeard: string | null;
}

/** Newest measurements by device key: apart from the devices, so that a table's rows rest while values change. */
export interface MetricsState {
  byKey: ReadonlyMap<string, Measured>;
}

export interface MetricsStore {
  readonly store: StoreApi<MetricsState>;
  seed(devices: readonly Device[], first: boolean): void;
  measured(siteId: string, items: readonly { mac: string; lastHeard: string; metrics: Metrics }[]): void;
}

export function createMetricsStore(): MetricsStore {
  const store = createStore<MetricsState>(() => ({ byKey: new Map() }));
  return {
    store,
    seed(devices, first) {
      const byKey = new Map(first ? [] : store.getState().byKey);
      for (const { siteId, mac, metrics, lastHeard } of devices) {
        const key = deviceKey(siteId, mac);
        const known = byKey.get(key);
        if (metrics && (!known || known.metrics.at <= metrics.at)) byKey.set(key, { metrics, lastHeard });
      }
      store.setState({ byKey });
    },
    measured(siteId, items) {
      const byKey = new Map(store.getState().byKey);
      for (const { mac, metrics, lastHeard } of items) {
        byKey.set(deviceKey(siteId, mac), { metrics, lastHeard });
      }
      store.setState({ byKey });
    },
  };
}
