import {
  type Metrics,
  type MetricsPoint,
  memoryPercent,
  worstDiskPercent,
} from '../../../contract/model/metrics.ts';

/** What is kept of a sample; null where nothing was measured. */
export type MetricsValues = Omit<MetricsPoint, 'at'>;

/** Devices in one stored row. */
export const BLOCK_DEVICES = 64;

/** A number that stands for "not measured". */
const ABSENT = 0xffff;
const HIGHEST = ABSENT - 1;
/** Steps of the logarithmic scale for rates: 0.04 % each, up to 10 GB/s. */
const RATE_STEPS = HIGHEST / Math.log1p(1e10);

interface Field {
  name: keyof MetricsValues;
  encode(value: number): number;
  decode(code: number): number;
  /** Values by code where the mean of codes is not the code of the mean. */
  table?: Float64Array;
}

const linear = (name: keyof MetricsValues, steps: number, offset = 0): Field => ({
  name,
  encode: (value) => Math.min(HIGHEST, Math.max(0, Math.round((value + offset) * steps))),
  decode: (code) => (code - offset * steps) / steps,
});
const rateTable = Float64Array.from({ length: ABSENT }, (_, code) => Math.expm1(code / RATE_STEPS));
const rate = (name: keyof MetricsValues): Field => ({
  name,
  encode: (value) => Math.min(HIGHEST, Math.round(Math.log1p(Math.max(0, value)) * RATE_STEPS)),
  decode: (code) => rateTable[code] ?? 0,
  table: rateTable,
});

// The order and number of these are the stored form: a change needs a step in METRICS_STEPS.
const FIELDS: readonly Field[] = [
  linear('cpuPercent', 100),
  linear('load1', 100),
  linear('memoryPercent', 100),
  linear('diskPercent', 100),
  linear('temperatureC', 100, 100),
  rate('receivedBytesPerSec'),
  rate('sentBytesPerSec'),
];
const WIDTH = FIELDS.length;

/** Numbers of one block at one moment: for each device one 16-bit number a field. */
export type Frame = Uint16Array;

export function emptyFrame(): Frame {
  return new Uint16Array(BLOCK_DEVICES * WIDTH).fill(ABSENT);
}

/** Little-endian, as it is stored. */
export function frameBytes(frame: Frame): Uint8Array {
  return new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength);
}

/** The reverse of `frameBytes`; what a short row lacks is absent. */
export function frameOf(stored: Uint8Array): Frame {
  const frame = emptyFrame();
  frameBytes(frame).set(stored.subarray(0, frame.byteLength));
  return frame;
}

export function valuesOf(metrics: Metrics): MetricsValues {
  return {
    cpuPercent: metrics.cpuPercent ?? null,
    load1: metrics.load1 ?? null,
    memoryPercent: memoryPercent(metrics) ?? null,
    diskPercent: worstDiskPercent(metrics) ?? null,
    temperatureC: metrics.temperatureC ?? null,
    receivedBytesPerSec: metrics.receivedBytesPerSec ?? null,
    sentBytesPerSec: metrics.sentBytesPerSec ?? null,
  };
}

/** `lane`: the device's place in its block. */
export function putSample(frame: Frame, lane: number, values: MetricsValues): void {
  for (const [index, field] of FIELDS.entries()) {
    const value = values[field.name];
    frame[lane * WIDTH + index] = value === null || !Number.isFinite(value) ? ABSENT : field.encode(value);
  }
}

/** Undefined when the device measured nothing at that moment. */
export function getSample(frame: Frame, lane: number): MetricsValues | undefined {
  const values: MetricsValues = {
    cpuPercent: null,
    load1: null,
    memoryPercent: null,
    diskPercent: null,
    temperatureC: null,
    receivedBytesPerSec: null,
    sentBytesPerSec: null,
  };
  let measured = false;
  for (const [index, field] of FIELDS.entries()) {
    const code = frame[lane * WIDTH + index] ?? ABSENT;
    if (code === ABSENT) continue;
    measured = true;
    values[field.name] = Math.round(field.decode(code) * 100) / 100;
  }
  return measured ? values : undefined;
}

/** Fills the places where `frame` has nothing with what `older` has. */
export function fillFrom(frame: Frame, older: Frame): void {
  for (let index = 0; index < frame.length; index += 1) {
    if (frame[index] === ABSENT) frame[index] = older[index] ?? ABSENT;
  }
}

/** The mean of each value over the frames that have it. */
export function meanFrame(frames: readonly Frame[]): Frame {
  const mean = emptyFrame();
  for (const [offset, field] of FIELDS.entries()) {
    for (let index = offset; index < mean.length; index += WIDTH) {
      let sum = 0;
      let count = 0;
      for (const frame of frames) {
        const code = frame[index] ?? ABSENT;
        if (code === ABSENT) continue;
        sum += field.table ? (field.table[code] ?? 0) : code;
        count += 1;
      }
      if (count > 0) mean[index] = field.table ? field.encode(sum / count) : Math.round(sum / count);
    }
  }
  return mean;
}
