import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';

const Percent = z.number().min(0).max(100);
const Count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

export const DiskUse = z.object({
  mount: z.string().max(256),
  totalBytes: Count,
  usedBytes: Count,
});
export type DiskUse = z.infer<typeof DiskUse>;

/** Raspberry Pi throttling flags (`get_throttled`): now, and at any time since boot. */
export const Throttling = z.object({
  underVoltage: z.boolean(),
  throttled: z.boolean(),
  frequencyCapped: z.boolean(),
  temperatureLimited: z.boolean(),
  underVoltageSinceBoot: z.boolean(),
  throttledSinceBoot: z.boolean(),
});
export type Throttling = z.infer<typeof Throttling>;

/** How many requests the agent refused since its start, by reason. */
export const RefusedCounts = z.object({
  malformed: Count.default(0),
  badSignature: Count.default(0),
  unknownKey: Count.default(0),
  replayed: Count.default(0),
  notForMe: Count.default(0),
  notLinked: Count.default(0),
  denied: Count.default(0),
});
export type RefusedCounts = z.infer<typeof RefusedCounts>;

/** What a device measures about itself. A value that it cannot read is absent, never zero. */
export const Metrics = z.object({
  at: Timestamp,
  cpuPercent: Percent.optional(),
  load1: Count.optional(),
  memoryTotalBytes: Count.optional(),
  memoryUsedBytes: Count.optional(),
  disks: z.array(DiskUse).max(32).optional(),
  temperatureC: z.number().min(-100).max(300).optional(),
  throttling: Throttling.optional(),
  receivedBytesPerSec: Count.optional(),
  sentBytesPerSec: Count.optional(),
  uptimeSec: Count.optional(),
  agentMemoryBytes: Count.optional(),
  refused: RefusedCounts.optional(),
});
export type Metrics = z.infer<typeof Metrics>;

/** The fullest disk in per cent, or undefined when no disk is known. */
export function worstDiskPercent(metrics: Metrics): number | undefined {
  const shares = (metrics.disks ?? [])
    .filter((disk) => disk.totalBytes > 0)
    .map((disk) => Math.min(100, (disk.usedBytes / disk.totalBytes) * 100));
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

/** Used memory in per cent, or undefined. */
export function memoryPercent(metrics: Metrics): number | undefined {
  if (!metrics.memoryTotalBytes || metrics.memoryUsedBytes === undefined) return undefined;
  return Math.min(100, (metrics.memoryUsedBytes / metrics.memoryTotalBytes) * 100);
}

/** All refused requests together. */
export function refusedTotal(refused: RefusedCounts | undefined): number {
  return refused ? Object.values(refused).reduce((sum, count) => sum + count, 0) : 0;
}

/** One point of a device's history; null where nothing was measured. */
export const MetricsPoint = z.object({
  at: Timestamp,
  cpuPercent: z.number().nullable(),
  load1: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  diskPercent: z.number().nullable(),
  temperatureC: z.number().nullable(),
  receivedBytesPerSec: z.number().nullable(),
  sentBytesPerSec: z.number().nullable(),
});
export type MetricsPoint = z.infer<typeof MetricsPoint>;

export const MetricsRange = z.enum(['1h', '24h', '30d']);
export type MetricsRange = z.infer<typeof MetricsRange>;
