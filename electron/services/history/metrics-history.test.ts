import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Metrics, MetricsPoint } from '../../../contract/model/metrics.ts';
import { type Database, openDatabase } from './database.ts';
import { SITE, sampleMac } from './history-sample.ts';
import { createMetricsHistory, type MetricsHistory } from './metrics-history.ts';
import { METRICS_STEPS, migrate } from './schema.ts';

const START_MS = Date.parse('2026-11-25T08:00:00.000Z');
let folder: string;
let database: Database;
let metrics: MetricsHistory;
let nowMs: number;
let errors: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-metrics-'));
  nowMs = START_MS;
  errors = [];
  open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  database = openDatabase(join(folder, 'metrics.sqlite'), { durability: 'normal' });
  migrate(database, METRICS_STEPS);
  metrics = createMetricsHistory({
    database,
    now: () => new Date(nowMs),
    onError: (error) => errors.push(error),
  });
}

/** As after a kill: what was not written is gone. */
function reopen(): void {
  database.close();
  open();
}

function sample(values: Partial<Metrics> = {}): Metrics {
  return { at: '1970-01-01T00:00:00.000Z', cpuPercent: 50, ...values };
}

/** Records every 15 s for a time, with the value that `cpuAt` gives for the seconds since the start. */
function run(
  durationSec: number,
  cpuAt: (elapsedSec: number) => number | undefined,
  mac = sampleMac(0),
): void {
  for (let passed = 0; passed < durationSec; passed += 15) {
    const cpuPercent = cpuAt((nowMs - START_MS) / 1000);
    if (cpuPercent !== undefined) metrics.record(SITE, mac, sample({ cpuPercent }));
    nowMs += 15_000;
    metrics.tick();
  }
}

const cpu = (points: MetricsPoint[]): (number | null)[] => points.map((point) => point.cpuPercent);

describe('measurements', () => {
  test('come back with their values, and what was absent stays absent', () => {
    metrics.record(SITE, sampleMac(0), {
      at: '1970-01-01T00:00:00.000Z',
      cpuPercent: 12.34,
      load1: 3.5,
      memoryTotalBytes: 4e9,
      memoryUsedBytes: 1e9,
      disks: [
        { mount: '/', totalBytes: 100, usedBytes: 40 },
        { mount: '/boot', totalBytes: 100, usedBytes: 91 },
      ],
      temperatureC: -12.5,
      receivedBytesPerSec: 125_000_000,
      sentBytesPerSec: 0,
    });
    metrics.record(SITE, sampleMac(1), { at: '1970-01-01T00:00:00.000Z', cpuPercent: 0 });
    nowMs += 20_000;
    metrics.tick();
    reopen();
    const [point, ...rest] = metrics.series(SITE, sampleMac(0), '1h');
    expect(rest).toEqual([]);
    expect(point).toMatchObject({
      at: '2026-11-25T08:00:00.000Z',
      cpuPercent: 12.34,
      load1: 3.5,
      memoryPercent: 25,
      diskPercent: 91,
      temperatureC: -12.5,
      sentBytesPerSec: 0,
    });
    expect(Math.abs((point?.receivedBytesPerSec ?? 0) / 125_000_000 - 1)).toBeLessThan(0.001);
    expect(metrics.series(SITE, sampleMac(1), '1h')).toMatchObject([
      { cpuPercent: 0, load1: null, memoryPercent: null, diskPercent: null, temperatureC: null },
    ]);
    expect(metrics.series(SITE, sampleMac(2), '1h')).toEqual([]);
    expect(metrics.series('other site', sampleMac(0), '1h')).toEqual([]);
  });

  test('show the newest sample before its slot has ended', () => {
    run(30, () => 10);
    metrics.record(SITE, sampleMac(0), sample({ cpuPercent: 70 }));
    expect(cpu(metrics.series(SITE, sampleMac(0), '1h'))).toEqual([10, 10, 70]);
  });

  test('that are out of the range of their field are kept at its end', () => {
    const values = { load1: 1e9, receivedBytesPerSec: 1e15, temperatureC: 300 };
    metrics.record(SITE, sampleMac(0), sample(values));
    const [point] = metrics.series(SITE, sampleMac(0), '1h');
    expect(point?.load1).toBeGreaterThan(600);
    expect(point?.temperatureC).toBe(300);
    expect(point?.receivedBytesPerSec).toBeGreaterThan(9e9);
  });

  test('are averaged over a minute and over ten, and gaps stay gaps', () => {
    // 0…15…30…45 of each minute measure 10, 20, 30, 40; nothing in minutes 5 to 7.
    const cpuAt = (elapsedSec: number): number | undefined =>
      elapsedSec >= 300 && elapsedSec < 480 ? undefined : 10 + ((elapsedSec % 60) / 15) * 10;
    run(25 * 60, cpuAt);
    const day = metrics.series(SITE, sampleMac(0), '24h');
    expect(cpu(day)).toEqual([25, 25, 25, 25, 25, null, null, ...Array.from({ length: 17 }, () => 25)]);
    expect(day[5]?.at).toBe('2026-11-25T08:05:00.000Z');
    expect(day[6]?.at).toBe('2026-11-25T08:07:00.000Z');
    expect(day[7]?.at).toBe('2026-11-25T08:08:00.000Z');
    const month = metrics.series(SITE, sampleMac(0), '30d');
    expect(month.map((point) => [point.at, point.cpuPercent])).toEqual([
      ['2026-11-25T08:00:00.000Z', 25],
      ['2026-11-25T08:10:00.000Z', 25],
    ]);
    const hour = metrics.series(SITE, sampleMac(0), '1h');
    expect(hour.filter((point) => point.cpuPercent === null)).toHaveLength(2);
  });

  test('that come a little late leave no false gap', () => {
    for (const offsetSec of [0, 14, 31, 46, 60, 90, 105]) {
      nowMs = START_MS + offsetSec * 1000;
      metrics.tick();
      metrics.record(SITE, sampleMac(0), sample());
    }
    // 75 is missing: a single slot.
    expect(cpu(metrics.series(SITE, sampleMac(0), '1h'))).not.toContain(null);
    nowMs = START_MS + 150_000;
    metrics.tick();
    metrics.record(SITE, sampleMac(0), sample());
    expect(cpu(metrics.series(SITE, sampleMac(0), '1h')).filter((value) => value === null)).toHaveLength(2);
  });
});

describe('a restart', () => {
  test('in the middle of a minute and of ten loses at most the running slot', () => {
    run(12 * 60 + 30, () => 40);
    metrics.record(SITE, sampleMac(0), sample({ cpuPercent: 99 }));
    reopen();
    run(8 * 60, () => 40);
    expect(cpu(metrics.series(SITE, sampleMac(0), '24h'))).toEqual(Array.from({ length: 20 }, () => 40));
    expect(cpu(metrics.series(SITE, sampleMac(0), '30d'))).toEqual([40, 40]);
  });

  test('makes up the averages that were due while it was away', () => {
    run(9 * 60 + 45, () => 40);
    metrics.record(SITE, sampleMac(0), sample({ cpuPercent: 40 }));
    metrics.flush();
    nowMs += 3600_000;
    reopen();
    run(600, () => 60);
    const day = cpu(metrics.series(SITE, sampleMac(0), '24h'));
    expect(day.filter((value) => value === 40)).toHaveLength(10);
    expect(cpu(metrics.series(SITE, sampleMac(0), '30d'))).toEqual([40, null, null, 60]);
  });

  test('adds to a slot that has begun', () => {
    metrics.record(SITE, sampleMac(0), sample({ cpuPercent: 11 }));
    metrics.flush();
    reopen();
    metrics.record(SITE, sampleMac(1), sample({ cpuPercent: 22 }));
    nowMs += 15_000;
    metrics.tick();
    expect(cpu(metrics.series(SITE, sampleMac(0), '1h'))).toEqual([11]);
    expect(cpu(metrics.series(SITE, sampleMac(1), '1h'))).toEqual([22]);
  });
});

test('a clock that is set back and forth loses nothing that was measured', () => {
  run(300, () => 40);
  nowMs += 5 * 365 * 24 * 3600_000;
  run(120, () => 50);
  nowMs = START_MS + 600_000;
  run(300, () => 60);
  expect(errors).toEqual([]);
  const day = cpu(metrics.series(SITE, sampleMac(0), '24h')).filter((value) => value !== null);
  expect(day).toEqual([...Array.from({ length: 5 }, () => 40), ...Array.from({ length: 5 }, () => 60)]);
});

test('old measurements are removed from every resolution', () => {
  run(3 * 3600, () => 40);
  const count = database.prepare('SELECT count(*) AS n FROM metric_frames WHERE tier = 0');
  expect(Number(count.get()?.n)).toBeLessThanOrEqual(2 * 240 + 2);
  expect(metrics.series(SITE, sampleMac(0), '24h')).toHaveLength(180);
  expect(metrics.series(SITE, sampleMac(0), '1h').length).toBeGreaterThanOrEqual(239);
});

test('a write that fails is told, and the next slot is written again', () => {
  run(15, () => 10);
  const other = openDatabase(join(folder, 'metrics.sqlite'), { durability: 'normal' });
  database.exec('PRAGMA busy_timeout = 0');
  other.exec('BEGIN IMMEDIATE');
  run(15, () => 20);
  metrics.record(SITE, sampleMac(7), sample({ cpuPercent: 25 }));
  other.exec('COMMIT');
  other.close();
  run(15, () => 30);
  expect(errors).toMatchObject([{ code: 'conflict' }]);
  expect(cpu(metrics.series(SITE, sampleMac(0), '1h'))).toEqual([10, 30]);
  expect(cpu(metrics.series(SITE, sampleMac(7), '1h'))).toEqual([25]);
});
