import type { Metrics, MetricsPoint, MetricsRange } from '../../../contract/model/metrics.ts';
import type { Database } from './database.ts';
import { BLOCK_DEVICES, emptyFrame, type Frame, getSample, putSample, valuesOf } from './metrics-codec.ts';
import { createMetricsTable, MINUTE, RAW, TEN_MINUTES, type Tier } from './metrics-table.ts';

// A device has a number for ever; 64 devices share a row ("block") in each slot of 15 s, 1 min and 10 min, with 14 bytes
// a device. So 10,000 devices cost 157 small rows every 15 s, and a month of one device is one contiguous read.
// Finished slots are on disk; a crash costs at most the current 15 s. Coarser slots are always made from finer ones on
// disk, so a restart in the middle changes nothing.

/** Measurements of all devices over time. */
export interface MetricsHistory {
  /** Takes a sample at the moment it was received. Kept in memory until its slot of 15 s ends; never throws. */
  record(siteId: string, mac: string, metrics: Metrics): void;
  /** Points in order of time at the beginning of their slot; a gap is one point of nulls at each of its ends. */
  series(siteId: string, mac: string, range: MetricsRange): MetricsPoint[];
  /** Writes slots that have ended; call it every few seconds. */
  tick(): void;
  /** Writes the current slot too, before the database is closed. */
  flush(): void;
}

const RANGES: Record<MetricsRange, { tier: Tier; lengthSec: number }> = {
  '1h': { tier: RAW, lengthSec: 3600 },
  '24h': { tier: MINUTE, lengthSec: 24 * 3600 },
  '30d': { tier: TEN_MINUTES, lengthSec: 30 * 24 * 3600 },
};

/** Blocks cleaned of old rows at each slot; all of 10,000 devices' in 5 minutes. */
const CLEANED_BLOCKS = 8;

// A laptop's clock may be wrong by years until it is set. After a jump nothing is removed for a while, so that a
// wrong date does not cost the history.
const JUMP_SEC = 24 * 3600;
const TRUST_AFTER_SEC = 600;

export interface MetricsHistoryOptions {
  database: Database;
  now: () => Date;
  /** Hears why a slot could not be written, such as a full disk. That slot is lost, the next one is tried. */
  onError: (error: unknown) => void;
}

export function createMetricsHistory(options: MetricsHistoryOptions): MetricsHistory {
  const { database, now, onError } = options;
  const table = createMetricsTable(database);
  const idOf = new Map<string, number>();
  const known = table.devices();
  for (const { id, siteId, mac } of known) idOf.set(keyOf(siteId, mac), id);
  let nextId = known.reduce((highest, device) => Math.max(highest, device.id), -1) + 1;
  let added: { id: number; siteId: string; mac: string }[] = [];
  let frames = new Map<number, Frame>();
  const nowSec = (): number => Math.floor(now().getTime() / 1000);
  let slot = slotOf(RAW, nowSec());
  let cleaned = 0;
  const blocks = (): number => Math.ceil(nextId / BLOCK_DEVICES);

  const trustAfter = (fromSec: number, toSec: number): number =>
    toSec < fromSec || toSec - fromSec > JUMP_SEC ? toSec + TRUST_AFTER_SEC : 0;
  const lastSlots = Array.from({ length: blocks() }, (_, block) => table.lastAt(RAW, block) ?? 0);
  let cleanFrom = lastSlots.length > 0 ? trustAfter(Math.max(...lastSlots), slot) : 0;

  const deviceId = (siteId: string, mac: string): number => {
    const key = keyOf(siteId, mac);
    const existing = idOf.get(key);
    if (existing !== undefined) return existing;
    const id = nextId;
    nextId += 1;
    idOf.set(key, id);
    added.push({ id, siteId, mac });
    return id;
  };

  /** Averages every slot of the coarser tier that ended and has newer frames below it. */
  const catchUp = (from: Tier, to: Tier, block: number, untilSec: number): void => {
    const last = table.lastAt(to, block);
    const oldest = untilSec - from.keepSec;
    // A clock that was set back leaves a last slot in the future; then only the slot that just ended counts.
    const first =
      last === undefined ? oldest : Math.min(Math.max(last + to.stepSec, oldest), untilSec - to.stepSec);
    if (untilSec - first <= to.stepSec) {
      table.rollUp(from, to, block, slotOf(to, untilSec - to.stepSec));
      return;
    }
    const slots = new Set(
      table.read(from, block, slotOf(to, first), untilSec).map(({ at }) => slotOf(to, at)),
    );
    for (const at of slots) table.rollUp(from, to, block, at);
  };

  const write = (nextSlot: number): void => {
    const minuteEnded = slotOf(MINUTE, nextSlot) !== slotOf(MINUTE, slot);
    const tenMinutesEnded = slotOf(TEN_MINUTES, nextSlot) !== slotOf(TEN_MINUTES, slot);
    database.transaction(() => {
      for (const { id, siteId, mac } of added) table.addDevice(id, siteId, mac);
      for (const [block, frame] of frames) table.write(RAW, block, slot, frame);
      for (let block = 0; block < blocks(); block += 1) {
        if (minuteEnded) catchUp(RAW, MINUTE, block, slotOf(MINUTE, nextSlot));
        if (tenMinutesEnded) catchUp(MINUTE, TEN_MINUTES, block, slotOf(TEN_MINUTES, nextSlot));
      }
      removeOld(nextSlot);
    });
    added = [];
  };

  const removeOld = (atSec: number): void => {
    cleanFrom = Math.max(cleanFrom, trustAfter(slot, atSec));
    if (atSec < cleanFrom) return;
    cleanFrom = 0;
    for (let count = 0; count < Math.min(CLEANED_BLOCKS, blocks()); count += 1) {
      cleaned = (cleaned + 1) % blocks();
      for (const tier of [RAW, MINUTE, TEN_MINUTES]) table.removeBefore(tier, cleaned, atSec - tier.keepSec);
    }
  };

  const tick = (): void => {
    const current = slotOf(RAW, nowSec());
    if (current === slot) return;
    try {
      write(current);
    } catch (error) {
      onError(error);
    }
    frames = new Map();
    slot = current;
  };

  const record: MetricsHistory['record'] = (siteId, mac, metrics) => {
    tick();
    const id = deviceId(siteId, mac);
    const block = Math.floor(id / BLOCK_DEVICES);
    let frame = frames.get(block);
    if (!frame) {
      frame = emptyFrame();
      frames.set(block, frame);
    }
    putSample(frame, id % BLOCK_DEVICES, valuesOf(metrics));
  };

  const series: MetricsHistory['series'] = (siteId, mac, range) => {
    const id = idOf.get(keyOf(siteId, mac));
    if (id === undefined) return [];
    const { tier, lengthSec } = RANGES[range];
    const block = Math.floor(id / BLOCK_DEVICES);
    const end = nowSec();
    const stored = table.read(tier, block, slotOf(tier, end - lengthSec), end);
    const current = tier === RAW ? frames.get(block) : undefined;
    const points = createPoints(tier, id % BLOCK_DEVICES);
    for (const { at, frame } of stored) if (at !== slot || !current) points.add(at, frame);
    if (current) points.add(slot, current);
    return points.all;
  };

  return {
    record,
    series,
    tick,
    flush() {
      if (frames.size > 0 || added.length > 0) write(slot);
      frames = new Map();
    },
  };
}

/** Collects the points of one device and marks the ends of gaps. */
function createPoints(
  tier: Tier,
  lane: number,
): { all: MetricsPoint[]; add(at: number, frame: Frame): void } {
  const all: MetricsPoint[] = [];
  // Samples come every 15 s, but not to the second: one empty slot of 15 s between two is no gap.
  const longestStepSec = tier.stepSec * (tier === RAW ? 2 : 1);
  let lastAt: number | undefined;
  return {
    all,
    add(at, frame) {
      const values = getSample(frame, lane);
      if (!values) return;
      if (lastAt !== undefined && at - lastAt > longestStepSec) {
        all.push(emptyPoint(lastAt + tier.stepSec), emptyPoint(at - tier.stepSec));
      }
      all.push({ at: timestamp(at), ...values });
      lastAt = at;
    },
  };
}

function keyOf(siteId: string, mac: string): string {
  return `${siteId} ${mac}`;
}

function slotOf(tier: Tier, atSec: number): number {
  return atSec - (atSec % tier.stepSec);
}

function timestamp(atSec: number): string {
  return new Date(atSec * 1000).toISOString();
}

function emptyPoint(atSec: number): MetricsPoint {
  return {
    at: timestamp(atSec),
    cpuPercent: null,
    load1: null,
    memoryPercent: null,
    diskPercent: null,
    temperatureC: null,
    receivedBytesPerSec: null,
    sentBytesPerSec: null,
  };
}
