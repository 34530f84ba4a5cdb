import type { Device, DeviceState } from '../../contract/model/device.ts';
import type { Metrics } from '../../contract/model/metrics.ts';
import { OPERATIONS } from '../../contract/model/operation.ts';

/** Numbers that are the same in every run: a linear congruential generator, 0 ≤ x < 1. */
export function createNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const MODELS = [
  'Raspberry Pi 4 Model B Rev 1.5',
  'Raspberry Pi 3 Model B Plus Rev 1.3',
  'Raspberry Pi 5 Model B Rev 1.0',
  'Raspberry Pi Zero 2 W Rev 1.0',
];
const KINDS = ['press', 'saw', 'kiln', 'robot', 'scale', 'camera', 'gate', 'pump'];
const TAGS = ['line-a', 'line-b', 'spare', 'outdoor'];

/** A device of a fleet that looks like one in the field; the first ones are those of the old system's dashboard. */
export function fakeDevice(siteId: string, index: number, linked: boolean, demo = false): Device {
  const next = createNumbers(index * 7919 + 17);
  next();
  const mac = `B827EB${(0x100000 + index * 4_321).toString(16).toUpperCase().padStart(6, '0').slice(-6)}`;
  const name = linked
    ? `${KINDS[index % KINDS.length]}-${String(Math.floor(index / KINDS.length) + 1).padStart(2, '0')}`
    : '';
  const state: DeviceState = index % 17 === 5 ? 'offline' : index % 41 === 7 ? 'never-seen' : 'online';
  const seen = state !== 'never-seen';
  const since = new Date(Date.now() - Math.floor(next() * 6 * 3600_000) - 60_000).toISOString();
  return {
    siteId,
    mac,
    name,
    linked,
    state,
    online: state === 'online',
    since: seen ? since : null,
    lastHeard: seen ? (state === 'online' ? new Date().toISOString() : since) : null,
    tags: linked && index % 3 === 0 ? [TAGS[index % TAGS.length] ?? 'spare'] : [],
    groups: linked ? [`Hall ${1 + (index % 4)}`] : [],
    note: index % 29 === 3 ? 'Behind the cabinet, second shelf' : '',
    demo,
    agentVersion: seen ? (index % 11 === 4 ? '0.0.9' : '0.1.0') : null,
    capabilities: seen ? Object.keys(OPERATIONS) : [],
    hostName: seen ? name || `raspberrypi-${index}` : null,
    model: seen ? (MODELS[index % MODELS.length] ?? null) : null,
    serial: seen ? `10000000${(index * 99_991).toString(16).padStart(8, '0')}` : null,
    os: seen ? 'Debian GNU/Linux 12 (bookworm)' : null,
    kernel: seen ? '6.6.31+rpt-rpi-v8' : null,
    arch: seen ? 'arm64' : null,
    addresses: seen
      ? [{ interface: 'eth0', address: `192.168.${1 + (index >> 8)}.${10 + (index % 240)}` }]
      : [],
    firmwareVersion: index % 5 === 0 ? `line-2.${index % 4}` : null,
    publicKey: seen ? `${'kQ3vWz8LmN'.repeat(4)}${String(index).padStart(3, '0').slice(-3)}` : null,
    linkedAt: linked ? '2026-11-20T08:00:00.000Z' : null,
    bootId: seen ? `boot-${index}` : null,
    alarms: alarmsOf(index, linked),
    metrics: state === 'online' ? fakeMetrics(index, 0) : null,
  };
}

function alarmsOf(index: number, linked: boolean): Device['alarms'] {
  const since = new Date(Date.now() - 47 * 60_000).toISOString();
  if (!linked) return [];
  if (index === 11) {
    const message =
      'Another key than the linked one announces itself as this MAC. If the card was written anew, accept the key.';
    return [{ kind: 'other-key', message, since }];
  }
  if (index === 19) {
    return [
      {
        kind: 'under-voltage',
        message: 'The supply voltage is too low. Check the power supply and cable.',
        since,
      },
    ];
  }
  if (index === 27) {
    return [{ kind: 'disk-full', message: '/ is 97 % full. Free space before the next update.', since }];
  }
  return [];
}

/** Measurements that drift over time, different for each device. */
export function fakeMetrics(index: number, tick: number): Metrics {
  const wave = Math.sin(tick / 9 + index) * 0.5 + 0.5;
  const gigabyte = 1_000_000_000;
  return {
    at: new Date().toISOString(),
    cpuPercent: Math.round((4 + wave * (20 + (index % 7) * 9)) * 10) / 10,
    load1: Math.round(wave * 200) / 100,
    memoryTotalBytes: 4 * gigabyte,
    memoryUsedBytes: (1 + wave * 0.8 + (index % 5) * 0.2) * gigabyte,
    disks: [{ mount: '/', totalBytes: 32 * gigabyte, usedBytes: (6 + (index % 23)) * gigabyte }],
    temperatureC: Math.round((41 + wave * 14 + (index % 6)) * 10) / 10,
    throttling: {
      underVoltage: index === 19,
      throttled: false,
      frequencyCapped: false,
      temperatureLimited: false,
      underVoltageSinceBoot: index === 19,
      throttledSinceBoot: false,
    },
    receivedBytesPerSec: Math.round(wave * 40_000),
    sentBytesPerSec: Math.round(wave * 9_000),
    uptimeSec: 86_400 * (1 + (index % 40)) + tick,
    agentMemoryBytes: 46_000_000,
    refused: {
      malformed: 0,
      badSignature: index === 11 ? 14 : 0,
      unknownKey: 0,
      replayed: 0,
      notForMe: 0,
      notLinked: 0,
      denied: 0,
    },
  };
}
