import type { Database } from './database.ts';
import { type Frame, fillFrom, frameBytes, frameOf, meanFrame } from './metrics-codec.ts';
import { bytes, number, text } from './row.ts';

/** A resolution in which samples are kept. */
export interface Tier {
  id: number;
  stepSec: number;
  keepSec: number;
}

export const RAW: Tier = { id: 0, stepSec: 15, keepSec: 2 * 3600 };
export const MINUTE: Tier = { id: 1, stepSec: 60, keepSec: 26 * 3600 };
export const TEN_MINUTES: Tier = { id: 2, stepSec: 600, keepSec: 31 * 24 * 3600 };

export interface StoredFrame {
  /** The beginning of the slot, in seconds since 1970. */
  at: number;
  frame: Frame;
}

/** Rows of one block and one slot each. Nothing here is durable before the transaction of the caller. */
export interface MetricsTable {
  /** Every known device, with its number. */
  devices(): { id: number; siteId: string; mac: string }[];
  addDevice(id: number, siteId: string, mac: string): void;
  /** Merges with what the slot already has, which happens after a restart and when the clock was set back. */
  write(tier: Tier, block: number, at: number, frame: Frame): void;
  /** In order of time, `fromSec` included, `toSec` not. */
  read(tier: Tier, block: number, fromSec: number, toSec: number): StoredFrame[];
  /** Averages the frames of one slot of the coarser tier into it; nothing when there are none. */
  rollUp(from: Tier, to: Tier, block: number, at: number): void;
  /** The beginning of the last slot, or undefined. */
  lastAt(tier: Tier, block: number): number | undefined;
  removeBefore(tier: Tier, block: number, beforeSec: number): void;
}

export function createMetricsTable(database: Database): MetricsTable {
  const devices = database.prepare('SELECT id, siteId, mac FROM metric_devices');
  const addDevice = database.prepare('INSERT INTO metric_devices (id, siteId, mac) VALUES (?, ?, ?)');
  const get = database.prepare('SELECT samples FROM metric_frames WHERE tier = ? AND block = ? AND at = ?');
  const put = database.prepare(
    'INSERT OR REPLACE INTO metric_frames (tier, block, at, samples) VALUES (?, ?, ?, ?)',
  );
  const range = database.prepare(
    'SELECT at, samples FROM metric_frames WHERE tier = ? AND block = ? AND at >= ? AND at < ? ORDER BY at',
  );
  const last = database.prepare(
    'SELECT at FROM metric_frames WHERE tier = ? AND block = ? ORDER BY at DESC LIMIT 1',
  );
  const remove = database.prepare('DELETE FROM metric_frames WHERE tier = ? AND block = ? AND at < ?');

  const read: MetricsTable['read'] = (tier, block, fromSec, toSec) =>
    range
      .all(tier.id, block, fromSec, toSec)
      .map((row) => ({ at: number(row, 'at'), frame: frameOf(bytes(row, 'samples')) }));

  return {
    devices: () =>
      devices
        .all()
        .map((row) => ({ id: number(row, 'id'), siteId: text(row, 'siteId'), mac: text(row, 'mac') })),
    addDevice: (id, siteId, mac) => void addDevice.run(id, siteId, mac),
    write(tier, block, at, frame) {
      const existing = get.get(tier.id, block, at);
      if (existing) fillFrom(frame, frameOf(bytes(existing, 'samples')));
      put.run(tier.id, block, at, frameBytes(frame));
    },
    read,
    rollUp(from, to, block, at) {
      const frames = read(from, block, at, at + to.stepSec).map((stored) => stored.frame);
      // Replaces: the mean of all frames of the slot is better than one made of fewer.
      if (frames.length > 0) put.run(to.id, block, at, frameBytes(meanFrame(frames)));
    },
    lastAt(tier, block) {
      const row = last.get(tier.id, block);
      return row && number(row, 'at');
    },
    removeBefore: (tier, block, beforeSec) => void remove.run(tier.id, block, beforeSec),
  };
}
