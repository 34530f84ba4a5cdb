import {
  type Metrics,
  type MetricsPoint,
  type MetricsRange,
  memoryPercent,
  worstDiskPercent,
} from '../../../contract/model/metrics.ts';

/** How long a chart reaches back, in milliseconds. */
export const RANGE_MS: Record<MetricsRange, number> = {
  '1h': 3_600_000,
  '24h': 24 * 3_600_000,
  '30d': 30 * 24 * 3_600_000,
};

/** Live points come every 15 s; in longer ranges only some are added, so that the line stays as fine as its past. */
const APPEND_STEP_MS: Record<MetricsRange, number> = { '1h': 0, '24h': 60_000, '30d': 3_600_000 };

export type MetricsKey = Exclude<keyof MetricsPoint, 'at'>;

/** A measurement in the form of the history. */
export function pointOf(metrics: Metrics): MetricsPoint {
  return {
    at: metrics.at,
    cpuPercent: metrics.cpuPercent ?? null,
    load1: metrics.load1 ?? null,
    memoryPercent: memoryPercent(metrics) ?? null,
    diskPercent: worstDiskPercent(metrics) ?? null,
    temperatureC: metrics.temperatureC ?? null,
    receivedBytesPerSec: metrics.receivedBytesPerSec ?? null,
    sentBytesPerSec: metrics.sentBytesPerSec ?? null,
  };
}

/** The history with a live measurement at its end; the same list when it adds nothing. Points that left the range go. */
export function appendPoint(
  points: readonly MetricsPoint[],
  metrics: Metrics,
  range: MetricsRange,
): readonly MetricsPoint[] {
  const atMs = Date.parse(metrics.at);
  const last = points.at(-1);
  const stepMs = last ? atMs - Date.parse(last.at) : Number.POSITIVE_INFINITY;
  if (stepMs <= 0 || stepMs < APPEND_STEP_MS[range]) return points;
  const from = atMs - RANGE_MS[range];
  return [...points.filter((point) => Date.parse(point.at) >= from), pointOf(metrics)];
}

/** Columns for a chart: seconds, then a column of values for each key. */
export interface ChartColumns {
  readonly timesSec: number[];
  readonly values: (number | null)[][];
}

/** Turns points into columns. Where nothing was measured for long, a null stands, so that the gap stays a gap. */
export function chartColumns(points: readonly MetricsPoint[], keys: readonly MetricsKey[]): ChartColumns {
  const times = points.map((point) => Date.parse(point.at));
  const gapMs = gapOf(times);
  const timesSec: number[] = [];
  const values: (number | null)[][] = keys.map(() => []);
  const push = (atMs: number, point: MetricsPoint | undefined): void => {
    timesSec.push(atMs / 1000);
    keys.forEach((key, index) => {
      values[index]?.push(point?.[key] ?? null);
    });
  };
  points.forEach((point, index) => {
    const atMs = times[index] ?? 0;
    const before = times[index - 1];
    if (before !== undefined && atMs - before > gapMs) push(before + gapMs, undefined);
    push(atMs, point);
  });
  return { timesSec, values };
}

/** Whether any point has a value for one of the keys. */
export function hasValues(points: readonly MetricsPoint[], keys: readonly MetricsKey[]): boolean {
  return points.some((point) => keys.some((key) => point[key] !== null));
}

/** Three usual steps, and never less than three metrics intervals: a single lost message is no gap. */
function gapOf(times: readonly number[]): number {
  const steps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .sort((a, b) => a - b);
  return Math.max(45_000, 3 * (steps[Math.floor((steps.length - 1) / 2)] ?? 0));
}
