import process from 'node:process';
import type { DiskUse, Metrics, RefusedCounts, Throttling } from '../../contract/model/metrics.ts';
import type { Clock } from '../system/clock.ts';
import type { Machine } from '../system/machine.ts';
import { memoryBytes } from './inventory.ts';

/** Measures the device. Rates are over the time since the previous reading, so the first one has none. */
export interface MetricsReader {
  read(): Promise<Metrics>;
}

export function createMetricsReader(options: {
  machine: Machine;
  clock: Clock;
  refused: () => RefusedCounts;
}): MetricsReader {
  const { machine, clock } = options;
  const cpuPercent = createRate(() => readCpu(machine));
  const network = createRate(() => readNetwork(machine));
  let lastAtMs: number | undefined;
  return {
    async read() {
      const nowMs = clock.monotonicMs();
      const elapsedSec = lastAtMs === undefined ? 0 : (nowMs - lastAtMs) / 1000;
      lastAtMs = nowMs;
      const cpu = cpuPercent();
      const traffic = network();
      const meminfo = machine.readText('/proc/meminfo');
      const memoryTotal = memoryBytes(meminfo, 'MemTotal');
      const memoryAvailable = memoryBytes(meminfo, 'MemAvailable');
      const load1 = Number.parseFloat(machine.readText('/proc/loadavg') ?? '');
      const uptimeMs = clock.uptimeMs();
      const measured: Partial<Record<keyof Metrics, unknown>> = {
        at: clock.now(),
        cpuPercent: cpu && cpu.total > 0 ? clamp((1 - cpu.idle / cpu.total) * 100, 0, 100) : undefined,
        load1: Number.isFinite(load1) ? load1 : undefined,
        memoryTotalBytes: memoryTotal,
        memoryUsedBytes:
          memoryTotal === undefined || memoryAvailable === undefined
            ? undefined
            : Math.max(0, memoryTotal - memoryAvailable),
        disks: await readDisks(machine),
        temperatureC: readTemperature(machine),
        throttling: readThrottling(machine),
        receivedBytesPerSec:
          traffic && elapsedSec > 0 ? Math.max(0, traffic.received / elapsedSec) : undefined,
        sentBytesPerSec: traffic && elapsedSec > 0 ? Math.max(0, traffic.sent / elapsedSec) : undefined,
        uptimeSec: uptimeMs > 0 ? Math.round(uptimeMs / 1000) : undefined,
        agentMemoryBytes: process.memoryUsage.rss() || undefined,
        refused: options.refused(),
      };
      for (const key of Object.keys(measured) as (keyof Metrics)[])
        if (measured[key] === undefined) delete measured[key];
      return measured as Metrics;
    },
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Differences of counters between two readings; undefined at the first one and where there are none. */
function createRate<T extends Record<string, number>>(read: () => T | undefined): () => T | undefined {
  let previous: T | undefined;
  return () => {
    const current = read();
    const before = previous;
    previous = current;
    if (!current || !before) return undefined;
    const entries = Object.entries(current).map(([key, value]) => [key, value - (before[key] ?? 0)]);
    return Object.fromEntries(entries) as T;
  };
}

function readCpu(machine: Machine): { total: number; idle: number } | undefined {
  const fields = /^cpu +(.*)$/m
    .exec(machine.readText('/proc/stat') ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (!fields || fields.length < 5 || fields.some((field) => !Number.isFinite(field))) return undefined;
  // user nice system idle iowait irq softirq steal; guest times are in user and nice already.
  const counted = fields.slice(0, 8);
  return { total: counted.reduce((sum, field) => sum + field, 0), idle: (fields[3] ?? 0) + (fields[4] ?? 0) };
}

/** Bytes over all interfaces but loopback and those that only carry what another one counts again. */
function readNetwork(machine: Machine): { received: number; sent: number } | undefined {
  const lines = machine.readText('/proc/net/dev')?.split('\n').slice(2);
  if (!lines) return undefined;
  let received = 0;
  let sent = 0;
  for (const line of lines) {
    const match = /^\s*([^:]+):\s*(.*)$/.exec(line);
    const name = match?.[1] ?? 'lo';
    if (/^(lo$|docker|veth|br-|virbr|tun|tap|wg)/.test(name)) continue;
    const fields = (match?.[2] ?? '').split(/\s+/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
  }
  return { received, sent };
}

const DISK_TYPES = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'f2fs',
  'vfat',
  'exfat',
  'ntfs3',
  'zfs',
  'jffs2',
  'ubifs',
  'bcachefs',
]);

async function readDisks(machine: Machine): Promise<DiskUse[] | undefined> {
  const mounts = new Map<string, string>(); // one mount a device: bind mounts show the same space again
  for (const line of (machine.readText('/proc/self/mounts') ?? '').split('\n')) {
    const [device = '', rawMount = '', type = ''] = line.split(' ');
    const mount = rawMount.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    if (mount === '/') mounts.set('/', '/');
    else if (DISK_TYPES.has(type) && ![...mounts.keys()].includes(device)) mounts.set(device, mount);
  }
  const disks: DiskUse[] = [];
  for (const mount of [...mounts.values()].slice(0, 32)) {
    const space = await machine.diskSpace(mount);
    // A bind mount under another device's name: the same space again.
    const shown = disks.some(
      (disk) => disk.totalBytes === space?.totalBytes && disk.usedBytes === space.usedBytes,
    );
    if (space && space.totalBytes > 0 && !shown) disks.push({ mount: mount.slice(0, 256), ...space });
  }
  return disks.length > 0 ? disks : undefined;
}

/** The processor's temperature; without a zone of that name, the first sensor. */
function readTemperature(machine: Machine): number | undefined {
  const zones = machine.list('/sys/class/thermal').filter((name) => name.startsWith('thermal_zone'));
  const preferred = zones.find((zone) =>
    /cpu|soc|x86_pkg/i.test(machine.readText(`/sys/class/thermal/${zone}/type`) ?? ''),
  );
  const sensors = [
    ...[preferred, ...zones].map((zone) => `/sys/class/thermal/${zone}/temp`),
    ...machine.list('/sys/class/hwmon').map((name) => `/sys/class/hwmon/${name}/temp1_input`),
  ];
  for (const path of sensors) {
    const degrees = Number.parseInt(machine.readText(path) ?? '', 10) / 1000;
    if (Number.isFinite(degrees) && degrees > -100 && degrees < 300) return degrees;
  }
  return undefined;
}

/** The flags of a Raspberry Pi's firmware, as `vcgencmd get_throttled` shows them. */
function readThrottling(machine: Machine): Throttling | undefined {
  const raw =
    machine.readText('/sys/devices/platform/soc/soc:firmware/get_throttled') ??
    machine.readText('/sys/devices/platform/soc@0/soc@0:firmware/get_throttled');
  const flags = Number.parseInt(raw?.trim() ?? '', 16);
  if (!Number.isFinite(flags)) return undefined;
  const bit = (place: number): boolean => (flags & (1 << place)) !== 0;
  return {
    underVoltage: bit(0),
    frequencyCapped: bit(1),
    throttled: bit(2),
    temperatureLimited: bit(3),
    underVoltageSinceBoot: bit(16),
    throttledSinceBoot: bit(18),
  };
}
