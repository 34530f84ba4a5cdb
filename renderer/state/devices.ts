import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Device } from '../../contract/model/device.ts';

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Key of a device in every map of the renderer. */
export function deviceKey(siteId: string, mac: string): string {
  return `${siteId}/${mac}`;
}

function compareDevices(a: Device, b: Device): number {
  return order.compare(a.name || a.mac, b.name || b.mac) || (a.mac < b.mac ? -1 : 1);
}

/** Mirror of the device registry: by key, and per site in order of name. */
export interface DevicesState {
  byKey: ReadonlyMap<string, Device>;
  bySite: ReadonlyMap<string, readonly Device[]>;
}

export interface DevicesStore {
  readonly store: StoreApi<DevicesState>;
  snapshot(devices: readonly Device[], first: boolean): void;
  changed(devices: readonly Device[]): void;
  removed(siteId: string, macs: readonly string[]): void;
  siteRemoved(siteId: string): void;
}

export function createDevicesStore(): DevicesStore {
  const store = createStore<DevicesState>(() => ({ byKey: new Map(), bySite: new Map() }));

  function upsert(devices: readonly Device[], from: DevicesState): DevicesState {
    const byKey = new Map(from.byKey);
    const bySite = new Map(from.bySite);
    const moved = new Set<string>();
    const touched = new Map<string, Map<string, Device>>();
    for (const device of devices) {
      const key = deviceKey(device.siteId, device.mac);
      if (byKey.get(key)?.name !== device.name) moved.add(device.siteId);
      byKey.set(key, device);
      const changes = touched.get(device.siteId) ?? new Map<string, Device>();
      touched.set(device.siteId, changes.set(device.mac, device));
    }
    for (const [siteId, changes] of touched) {
      const list = bySite.get(siteId) ?? [];
      const next = list.map((device) => changes.get(device.mac) ?? device);
      // Sorting 10,000 names costs a frame: only when an order can have changed.
      if (moved.has(siteId)) {
        const known = new Set(list.map((device) => device.mac));
        for (const device of changes.values()) if (!known.has(device.mac)) next.push(device);
        next.sort(compareDevices);
      }
      bySite.set(siteId, next);
    }
    return { byKey, bySite };
  }

  return {
    store,
    snapshot(devices, first) {
      const empty: DevicesState = { byKey: new Map(), bySite: new Map() };
      store.setState(upsert(devices, first ? empty : store.getState()));
    },
    changed(devices) {
      store.setState(upsert(devices, store.getState()));
    },
    removed(siteId, macs) {
      const gone = new Set(macs);
      const byKey = new Map(store.getState().byKey);
      for (const mac of macs) byKey.delete(deviceKey(siteId, mac));
      const bySite = new Map(store.getState().bySite);
      bySite.set(
        siteId,
        (bySite.get(siteId) ?? []).filter((device) => !gone.has(device.mac)),
      );
      store.setState({ byKey, bySite });
    },
    siteRemoved(siteId) {
      const bySite = new Map(store.getState().bySite);
      const byKey = new Map(store.getState().byKey);
      for (const device of bySite.get(siteId) ?? []) byKey.delete(deviceKey(siteId, device.mac));
      bySite.delete(siteId);
      store.setState({ byKey, bySite });
    },
  };
}
