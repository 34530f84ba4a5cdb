import type { Inventory } from '../../contract/model/inventory.ts';
import type { Signer } from '../../contract/wire/documents.ts';
import { KEEP_ALIVE_SEC, METRICS_INTERVAL_SEC } from '../../contract/wire/limits.ts';
import type { Presence, SignedInventory, Want } from '../../contract/wire/messages/device.ts';
import type { Topics } from '../../contract/wire/topics.ts';
import { PROTOCOL_VERSION } from '../../contract/wire/version.ts';
import type { MetricsReader } from '../features/metrics.ts';
import type { Clock } from '../system/clock.ts';
import { AGENT_VERSION } from '../version.ts';
import type { PublishOptions } from './mqtt-session.ts';

/** Tells what the device is and how it does. */
export interface Announcer {
  /** For a new connection: its last will, as topic and payload. */
  newSession(): { topic: string; payload: string };
  /** Presence and inventory, then metrics from now on. Throws `offline`. */
  begin(): Promise<void>;
  /** The connection is gone. */
  end(): void;
  /** Presence and inventory again, each after a random part of the time. */
  announceAgain(jitterMs: number): void;
  /** Asks for what the device lacks of the site's documents. */
  want(missing: readonly ('trust' | 'link')[]): void;
  /** Presence offline. Throws `offline`. */
  farewell(): Promise<void>;
  /** Sends metrics soon: at most one message a second. */
  metricsSoon(): void;
}

const METRICS_SOON_MS = 1_000;
const MOST_ANNOUNCEMENTS = 4;
/** How often it is looked whether the inventory has changed, in metrics messages: once a minute. */
const INVENTORY_EVERY = 4;

export function createAnnouncer(options: {
  topics: Topics;
  mac: string;
  siteId: string;
  signer: Signer;
  clock: Clock;
  capabilities: readonly string[];
  metrics: MetricsReader;
  inventory: () => Inventory;
  publish: (topic: string, payload: string, options: PublishOptions) => Promise<void>;
  newSessionId: () => string;
  random: () => number;
  onProblem: (event: string, error: unknown) => void;
}): Announcer {
  const { topics, mac, clock, publish } = options;
  const timers = new Set<NodeJS.Timeout>();
  let session = '';
  let since = clock.now();
  let active = false;
  let announcements = 0;
  let soon = false;
  let lastMetricsAtMs = Number.NEGATIVE_INFINITY;
  let announcedInventory = '';

  const presence = (online: boolean): string => {
    const body: Presence = {
      ...{ v: PROTOCOL_VERSION, online, session, since, bootId: clock.bootId, agentVersion: AGENT_VERSION },
      ...{ capabilities: [...options.capabilities], keepAliveSec: KEEP_ALIVE_SEC },
    };
    return JSON.stringify(body);
  };
  const publishPresence = (online: boolean): Promise<void> =>
    publish(topics.presence(mac), presence(online), { qos: 1, retain: true });

  async function publishInventory(): Promise<void> {
    const inventory = options.inventory();
    announcedInventory = JSON.stringify(inventory);
    const body: SignedInventory = { ...inventory, v: PROTOCOL_VERSION, site: options.siteId };
    const jws = await options.signer.sign('muster-inventory', body);
    await publish(topics.inventory(mac), jws, { qos: 1, retain: true });
  }

  async function publishMetrics(): Promise<void> {
    lastMetricsAtMs = clock.monotonicMs();
    await publish(topics.metrics(mac), JSON.stringify(await options.metrics.read()), { qos: 0 });
  }

  /** Runs later, unless the connection ends before. A failure is told and not repeated: the next connect does it all. */
  function later(delayMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work().catch((error: unknown) => {
        if (active) options.onProblem('announcement-failed', error);
      });
    }, delayMs);
    timers.add(timer);
  }

  function scheduleMetrics(round: number): void {
    later(METRICS_INTERVAL_SEC * 1000, async () => {
      scheduleMetrics(round + 1);
      await publishMetrics();
      if (round % INVENTORY_EVERY === 0 && JSON.stringify(options.inventory()) !== announcedInventory)
        await publishInventory();
    });
  }

  return {
    newSession() {
      session = options.newSessionId();
      since = clock.now();
      return { topic: topics.presence(mac), payload: presence(false) };
    },
    async begin() {
      active = true;
      await Promise.all([publishPresence(true), publishInventory()]);
      scheduleMetrics(1);
      await publishMetrics();
    },
    end() {
      active = false;
      announcements = 0;
      soon = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
    announceAgain(jitterMs) {
      if (announcements >= MOST_ANNOUNCEMENTS) return; // those that are on their way serve all who ask now
      announcements += 1;
      const presenceDelayMs = options.random() * jitterMs;
      const inventoryDelayMs = options.random() * jitterMs;
      later(presenceDelayMs, () => publishPresence(true));
      later(inventoryDelayMs, publishInventory);
      later(Math.max(presenceDelayMs, inventoryDelayMs), () => {
        announcements -= 1;
        return Promise.resolve();
      });
    },
    want(missing) {
      if (missing.length === 0) return;
      const body: Want = { v: PROTOCOL_VERSION, wants: [...missing] };
      later(0, () => publish(topics.want(mac), JSON.stringify(body), { qos: 1 }));
    },
    farewell: () => publishPresence(false),
    metricsSoon() {
      if (soon || !active) return;
      soon = true;
      later(Math.max(0, lastMetricsAtMs + METRICS_SOON_MS - clock.monotonicMs()), () => {
        soon = false;
        return publishMetrics();
      });
    },
  };
}
