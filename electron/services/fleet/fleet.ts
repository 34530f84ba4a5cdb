import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import type { Device } from '../../../contract/model/device.ts';
import type { Target } from '../../../contract/model/job.ts';
import { Metrics } from '../../../contract/model/metrics.ts';
import { decode } from '../../../contract/wire/decode.ts';
import type { DocumentOpener } from '../../../contract/wire/documents.ts';
import {
  INVENTORY_LIMIT_BYTES,
  METRICS_LIMIT_BYTES,
  PRESENCE_LIMIT_BYTES,
  WANT_LIMIT_BYTES,
} from '../../../contract/wire/limits.ts';
import { Presence, SignedInventory, Want } from '../../../contract/wire/messages/device.ts';
import type { JsonStore } from '../storage/json-store.ts';
import { createAlarmBook } from './alarm-book.ts';
import { toDevice } from './device-view.ts';
import { createFactKeeper } from './fact-keeper.ts';
import { createPresenceBook } from './presence-book.ts';
import { newDevice, type StoredDevice, type StoredFleet } from './stored-device.ts';
import { resolveTarget, waitingReason } from './target.ts';

/** Devices that are not linked and only made themselves known: more than this are not remembered. */
const DISCOVERED_LIMIT = 20_000;
const KEEP_FACTS_MS = 5_000;
/** What a crash may cost of when a device was heard last: it is kept when a state changes, and this often meanwhile. */
const KEEP_HEARD_MS = 10 * 60_000;
const SWEEP_MS = 1_000;

export interface FleetOptions {
  readonly siteId: string;
  readonly store: JsonStore<StoredFleet>;
  readonly opener: DocumentOpener;
  readonly now: () => number;
  /** A line of a device's history. */
  onEvent(mac: string, kind: string, detail: string): void;
  onError(error: unknown): void;
}

/** Why nothing can be sent to a device now: `waits` when it will be possible by itself. */
export type Sendable = { ok: true; publicKey: string } | { ok: false; waits: boolean; reason: string };

export interface Fleet extends Service {
  list(): Device[];
  get(mac: string): Device | undefined;
  stored(mac: string): StoredDevice | undefined;
  sendable(mac: string): Sendable;
  /** MACs that a target means now. Throws `not-found` when it means none. */
  resolve(target: Target): string[];
  presence(mac: string, text: string, retained: boolean): void;
  inventory(mac: string, jws: string): Promise<void>;
  metrics(mac: string, text: string): void;
  /** Which documents the device asks for. */
  want(mac: string, text: string): Want['wants'];
  /** Anything genuine arrived from the device. */
  heard(mac: string): void;
  connected(): void;
  disconnected(): void;
  /** Takes over what the operator changed, after it is durable. */
  replace(mac: string, stored: StoredDevice | undefined): void;
  readonly changed: Signal<string>;
  readonly measured: Signal<{ mac: string; metrics: Metrics }>;
  /** The device can be spoken to again: what waits for it should be sent. */
  readonly appeared: Signal<string>;
  /** A device was heard that did not say that it is there, or whose word was lost. */
  readonly unannounced: Signal<string>;
  /** A linked device without a bound key told its key for the first time. */
  readonly keySeen: Signal<{ mac: string; publicKey: string }>;
}

/** The devices of one site: the owner of their last known state. */
export function createFleet(options: FleetOptions): Fleet {
  const { siteId, store, now, onEvent } = options;
  const devices = new Map<string, StoredDevice>();
  const metricsOf = new Map<string, Metrics>();
  const facts = createFactKeeper({ store, stored: (mac) => devices.get(mac), onError: options.onError });
  const changed = createSignal<string>(options.onError);
  const measured = createSignal<{ mac: string; metrics: Metrics }>(options.onError);
  const appeared = createSignal<string>(options.onError);
  const unannounced = createSignal<string>(options.onError);
  const keySeen = createSignal<{ mac: string; publicKey: string }>(options.onError);
  const book = createPresenceBook({
    now,
    lastHeardMs: (mac) => {
      const at = devices.get(mac)?.lastHeard;
      return at ? Date.parse(at) : null;
    },
  });
  const alarms = createAlarmBook({
    stored: (mac) => devices.get(mac),
    metrics: (mac) => metricsOf.get(mac),
    now,
    onRaised: (mac, alarm) => onEvent(mac, 'alarm', alarm.message),
    onChanged(mac, doubtSettled) {
      changed.emit(mac);
      if (doubtSettled) appeared.emit(mac);
    },
  });
  let timers: NodeJS.Timeout[] = [];

  function known(mac: string): StoredDevice | undefined {
    const stored = devices.get(mac);
    if (stored) return stored;
    if (devices.size >= DISCOVERED_LIMIT + 20_000) return undefined;
    const created = newDevice();
    devices.set(mac, created);
    facts.mark(mac);
    onEvent(mac, 'discovered', 'Announced itself for the first time.');
    return created;
  }

  function stateChanged(mac: string): void {
    const live = book.get(mac);
    if (live.state === 'online' || live.state === 'offline') onEvent(mac, live.state, '');
    keepLastHeard(mac);
    changed.emit(mac);
    if (live.state === 'online') appeared.emit(mac);
  }

  function keepLastHeard(mac: string): void {
    const { lastHeardMs } = book.get(mac);
    const stored = devices.get(mac);
    if (!stored || lastHeardMs === null) return;
    const lastHeard = new Date(lastHeardMs).toISOString();
    if (stored.lastHeard === lastHeard) return;
    stored.lastHeard = lastHeard;
    facts.mark(mac);
  }

  function keepAllLastHeard(): void {
    for (const mac of devices.keys()) keepLastHeard(mac);
  }

  function heard(mac: string): void {
    if (!devices.has(mac)) return;
    if (book.heard(mac).changed) stateChanged(mac);
  }

  function deviceOf(mac: string, stored: StoredDevice): Device {
    const live = book.get(mac);
    return toDevice({
      siteId,
      mac,
      stored,
      live,
      metrics: metricsOf.get(mac) ?? null,
      alarms: alarms.get(mac),
    });
  }

  return {
    name: 'fleet',
    changed,
    measured,
    appeared,
    unannounced,
    keySeen,
    start() {
      for (const [mac, stored] of Object.entries(store.data.devices)) {
        devices.set(mac, structuredClone(stored) as StoredDevice);
        if (stored.announcedKey) alarms.announce(mac, stored.announcedKey);
      }
      for (const mac of devices.keys()) alarms.update(mac);
      timers = [
        setInterval(() => {
          for (const mac of book.sweep()) stateChanged(mac);
        }, SWEEP_MS),
        setInterval(() => void facts.keep(), KEEP_FACTS_MS),
        setInterval(keepAllLastHeard, KEEP_HEARD_MS),
      ];
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      keepAllLastHeard();
      await facts.keep();
    },
    list: () => [...devices].map(([mac, stored]) => deviceOf(mac, stored)),
    get(mac) {
      const stored = devices.get(mac);
      return stored && deviceOf(mac, stored);
    },
    stored: (mac) => devices.get(mac),
    sendable(mac) {
      const stored = devices.get(mac);
      if (!stored?.linked)
        return { ok: false, waits: false, reason: 'It is not linked to this site. Link it first.' };
      if (alarms.inDoubt(mac)) {
        return {
          ok: false,
          waits: true,
          reason: 'Waits until the doubt about its identity is settled: see its alarms.',
        };
      }
      const live = book.get(mac);
      if (live.state !== 'online')
        return { ok: false, waits: true, reason: waitingReason(live.state, live.sinceMs) };
      if (!stored.boundKey)
        return { ok: false, waits: true, reason: 'Waits for its first inventory, which carries its key.' };
      return { ok: true, publicKey: stored.boundKey };
    },
    resolve: (target) => resolveTarget(target, devices),
    presence(mac, text, retained) {
      const presence = decode(Presence, text, PRESENCE_LIMIT_BYTES, 'The presence');
      const stored = known(mac);
      if (!stored) return;
      const restarted = book.get(mac).presence;
      const { changed: moved, newSession } = book.presence(mac, presence, retained);
      if (restarted && restarted.bootId !== presence.bootId && presence.online)
        onEvent(mac, 'restarted', 'It has booted anew.');
      if (JSON.stringify(stored.capabilities) !== JSON.stringify(presence.capabilities)) {
        stored.capabilities = presence.capabilities;
        facts.mark(mac);
      }
      if (moved) stateChanged(mac);
      else if (newSession && book.get(mac).state === 'online') appeared.emit(mac);
      else changed.emit(mac);
    },
    async inventory(mac, jws) {
      let named = '';
      const { payload, publicKey } = await options.opener.open({
        jws,
        type: 'muster-inventory',
        limitBytes: INVENTORY_LIMIT_BYTES,
        schema: SignedInventory,
        accepts: (key) => {
          named = key;
          return true;
        },
      });
      if (payload.mac !== mac || payload.publicKey !== named || payload.site !== siteId) {
        throw new AppError('denied', `The inventory on ${mac}'s topic names another device, key or site.`);
      }
      const stored = known(mac);
      if (!stored) return;
      if (stored.announcedKey !== publicKey) {
        stored.announcedKey = publicKey;
        alarms.announce(mac, publicKey);
      }
      if (stored.linked && stored.boundKey && stored.boundKey !== publicKey) return;
      const { v: _version, site: _site, ...inventory } = payload;
      stored.inventory = inventory;
      facts.mark(mac);
      changed.emit(mac);
      if (stored.linked && !stored.boundKey) keySeen.emit({ mac, publicKey });
    },
    metrics(mac, text) {
      const metrics = decode(Metrics, text, METRICS_LIMIT_BYTES, 'The metrics');
      if (!devices.has(mac) || !book.get(mac).presence?.online) unannounced.emit(mac);
      if (!devices.has(mac)) return;
      heard(mac);
      metricsOf.set(mac, metrics);
      measured.emit({ mac, metrics });
      alarms.update(mac);
    },
    want(mac, text) {
      const { wants } = decode(Want, text, WANT_LIMIT_BYTES, 'The request for documents');
      heard(mac);
      return wants;
    },
    heard,
    connected() {
      book.connected();
      for (const mac of devices.keys()) changed.emit(mac);
    },
    disconnected() {
      for (const mac of book.disconnected()) {
        keepLastHeard(mac);
        changed.emit(mac);
      }
    },
    replace(mac, stored) {
      if (!stored) {
        alarms.announce(mac, null);
        devices.delete(mac);
        metricsOf.delete(mac);
        alarms.forget(mac);
        book.forget(mac);
        facts.forget(mac);
        return;
      }
      const { inventory, capabilities, lastHeard, announcedKey } = devices.get(mac) ?? stored;
      devices.set(mac, { ...structuredClone(stored), inventory, capabilities, lastHeard, announcedKey });
      alarms.update(mac);
      changed.emit(mac);
      // The key may have been told while the link was being stored.
      if (stored.linked && !stored.boundKey && announcedKey) keySeen.emit({ mac, publicKey: announcedKey });
      if (stored.linked && book.get(mac).state === 'online') appeared.emit(mac);
    },
  };
}
