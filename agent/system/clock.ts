import { performance } from 'node:perf_hooks';
import type { Machine } from './machine.ts';

/** Three clocks, because a device's wall clock may be wrong and may jump. */
export interface Clock {
  /** Wall clock as ISO 8601 text. */
  now(): string;
  wallMs(): number;
  /** Milliseconds that only grow, within this run of the agent. */
  monotonicMs(): number;
  /** Milliseconds since the device started; comparable between runs with the same `bootId`. */
  uptimeMs(): number;
  /** New at every start of the device. */
  readonly bootId: string;
}

export function createClock(machine: Machine): Clock {
  const bootId = machine.readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return {
    now: () => new Date().toISOString(),
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    uptimeMs: () => Math.round(Number.parseFloat(machine.readText('/proc/uptime') ?? '0') * 1000),
    bootId: bootId === '' ? 'unknown' : bootId.slice(0, 64),
  };
}
