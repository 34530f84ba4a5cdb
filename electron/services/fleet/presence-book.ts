import type { DeviceState } from '../../../contract/model/device.ts';
import type { Presence } from '../../../contract/wire/messages/device.ts';

// INVARIANTS
// 1. A device is online only when its presence says so and it was heard on this connection within 1.5 keep-alives.
// 2. What the broker kept from before (retained) was not heard: it can say offline, never online by itself.
// 3. While there is no connection to the broker, nobody's state is known.

/** Live state of one device. Times are Unix milliseconds of this machine. */
export interface DevicePresence {
  state: DeviceState;
  sinceMs: number | null;
  lastHeardMs: number | null;
  /** What it said last; null when it never said anything. */
  presence: Presence | null;
}

interface Entry extends DevicePresence {
  heardHereMs: number | null;
}

export interface PresenceBook {
  get(mac: string): DevicePresence;
  /** Whether the device started a new connection to the broker since the presence before. */
  presence(mac: string, presence: Presence, retained: boolean): { changed: boolean; newSession: boolean };
  /** Anything else that came from the device just now. */
  heard(mac: string): { changed: boolean };
  connected(): void;
  /** All states become unknown. Answers the MACs that changed. */
  disconnected(): string[];
  /** Those that were silent for too long. Answers the MACs that changed; call it about once a second. */
  sweep(): string[];
  forget(mac: string): void;
}

/** For devices that said nothing of themselves, and to give all time to announce themselves after a connect. */
const DEFAULT_KEEP_ALIVE_SEC = 20;

export function createPresenceBook(options: {
  now: () => number;
  lastHeardMs(mac: string): number | null;
}): PresenceBook {
  const { now } = options;
  const entries = new Map<string, Entry>();
  let connectedAtMs: number | null = null;

  function entryOf(mac: string): Entry {
    const known = entries.get(mac);
    if (known) return known;
    const lastHeardMs = options.lastHeardMs(mac);
    const entry: Entry = { state: 'unknown', sinceMs: null, lastHeardMs, presence: null, heardHereMs: null };
    if (lastHeardMs === null && connectedAtMs !== null) entry.state = 'never-seen';
    entries.set(mac, entry);
    return entry;
  }

  function move(entry: Entry, state: DeviceState, sinceMs: number | null): boolean {
    if (entry.state === state) return false;
    entry.state = state;
    entry.sinceMs = sinceMs;
    return true;
  }

  const toleranceMs = (entry: Entry): number =>
    (entry.presence?.keepAliveSec ?? DEFAULT_KEEP_ALIVE_SEC) * 1500;

  return {
    get: entryOf,
    presence(mac, presence, retained) {
      const entry = entryOf(mac);
      const previous = entry.presence;
      // A will of an earlier connection arrives after the next one has begun: it says nothing about now.
      if (!presence.online && previous?.online && previous.session !== presence.session) {
        return { changed: false, newSession: false };
      }
      entry.presence = presence;
      if (!retained) {
        entry.heardHereMs = now();
        entry.lastHeardMs = now();
      }
      const newSession = presence.online && previous?.session !== presence.session && !retained;
      if (!presence.online) {
        return { changed: move(entry, 'offline', retained ? entry.lastHeardMs : now()), newSession };
      }
      const heard = entry.heardHereMs !== null;
      const changed = heard && connectedAtMs !== null && move(entry, 'online', now());
      return { changed: changed || newSession, newSession };
    },
    heard(mac) {
      const entry = entryOf(mac);
      entry.heardHereMs = now();
      entry.lastHeardMs = now();
      if (connectedAtMs === null || entry.presence?.online === false) return { changed: false };
      // Without a presence the device is not known to be able to answer: it counts when that arrives.
      if (entry.presence === null) return { changed: false };
      return { changed: move(entry, 'online', now()) };
    },
    connected() {
      connectedAtMs = now();
      for (const entry of entries.values()) {
        entry.heardHereMs = null;
        if (entry.lastHeardMs === null) move(entry, 'never-seen', null);
      }
    },
    disconnected() {
      connectedAtMs = null;
      const changed: string[] = [];
      for (const [mac, entry] of entries) {
        if (move(entry, 'unknown', now())) changed.push(mac);
      }
      return changed;
    },
    sweep() {
      if (connectedAtMs === null) return [];
      const changed: string[] = [];
      for (const [mac, entry] of entries) {
        if (entry.state !== 'online' && entry.state !== 'unknown') continue;
        const silentSinceMs = entry.heardHereMs ?? connectedAtMs;
        if (now() - silentSinceMs <= toleranceMs(entry)) continue;
        const since = entry.state === 'online' ? now() : entry.lastHeardMs;
        if (move(entry, entry.lastHeardMs === null ? 'never-seen' : 'offline', since)) changed.push(mac);
      }
      return changed;
    },
    forget(mac) {
      entries.delete(mac);
    },
  };
}
