import { expect, test } from 'vitest';
import type { MetricsPoint } from '../../../contract/model/metrics.ts';
import { appendPoint, chartColumns, hasValues, pointOf } from './metrics-history.ts';

const START = Date.parse('2026-11-25T00:00:00Z');

function point(seconds: number, cpuPercent: number | null): MetricsPoint {
  return { ...pointOf({ at: at(seconds) }), cpuPercent };
}

function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

test('a measurement without a value becomes a point with null, never zero', () => {
  expect(pointOf({ at: at(0), memoryTotalBytes: 1000, memoryUsedBytes: 250 })).toEqual({
    at: at(0),
    cpuPercent: null,
    load1: null,
    memoryPercent: 25,
    diskPercent: null,
    temperatureC: null,
    receivedBytesPerSec: null,
    sentBytesPerSec: null,
  });
});

test('a live measurement is added once, and what has left the range goes', () => {
  const points = [point(0, 1), point(15, 2)];
  const more = appendPoint(points, { at: at(30), cpuPercent: 3 }, '1h');
  expect(more.map((each) => each.cpuPercent)).toEqual([1, 2, 3]);
  expect(appendPoint(more, { at: at(30), cpuPercent: 3 }, '1h')).toBe(more);
  expect(appendPoint(more, { at: at(3_610), cpuPercent: 4 }, '1h').map((each) => each.cpuPercent)).toEqual([
    2, 3, 4,
  ]);
});

test('a long range takes live measurements only as often as its past has them', () => {
  const points = [point(0, 1)];
  expect(appendPoint(points, { at: at(15), cpuPercent: 2 }, '24h')).toBe(points);
  expect(appendPoint(points, { at: at(60), cpuPercent: 2 }, '24h')).toHaveLength(2);
});

test('a silence stays a gap, and a single lost message does not make one', () => {
  const { timesSec, values } = chartColumns(
    [point(0, 1), point(15, 2), point(45, 3), point(300, 4), point(315, 5)],
    ['cpuPercent'],
  );
  expect(values).toEqual([[1, 2, 3, null, 4, 5]]);
  expect(timesSec[3]).toBe(START / 1000 + 45 + 45);
});

test('a chart without a single value is known as such', () => {
  expect(hasValues([point(0, null)], ['cpuPercent', 'load1'])).toBe(false);
  expect(hasValues([point(0, null), point(15, 0)], ['cpuPercent'])).toBe(true);
});
