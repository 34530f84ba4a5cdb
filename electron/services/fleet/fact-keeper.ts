import type { JsonStore } from '../storage/json-store.ts';
import type { StoredDevice, StoredFleet } from './stored-device.ts';

/** Brings facts that devices told to the disk; the operator's words are written by whoever changes them. */
export interface FactKeeper {
  /** The facts of a device changed; they are written with the next `keep`. */
  mark(mac: string): void;
  forget(mac: string): void;
  /** Writes what was marked. A failure is reported, and all of it is tried again with the next. */
  keep(): Promise<void>;
}

export function createFactKeeper(options: {
  store: JsonStore<StoredFleet>;
  stored(mac: string): StoredDevice | undefined;
  onError(error: unknown): void;
}): FactKeeper {
  const marked = new Set<string>();
  return {
    mark: (mac) => void marked.add(mac),
    forget: (mac) => void marked.delete(mac),
    async keep() {
      if (marked.size === 0) return;
      const macs = [...marked];
      marked.clear();
      try {
        await options.store.update((draft) => {
          for (const mac of macs) {
            const stored = options.stored(mac);
            if (!stored) continue;
            const { inventory, capabilities, lastHeard, announcedKey } = stored;
            const facts = { inventory, capabilities, lastHeard, announcedKey };
            draft.devices[mac] = { ...(draft.devices[mac] ?? stored), ...facts };
          }
        });
      } catch (error) {
        for (const mac of macs) marked.add(mac);
        options.onError(error);
      }
    },
  };
}
