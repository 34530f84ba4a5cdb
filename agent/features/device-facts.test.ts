import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Inventory } from '../../contract/model/inventory.ts';
import { Metrics, RefusedCounts } from '../../contract/model/metrics.ts';
import { type Clock, createClock } from '../system/clock.ts';
import { createMachine, type Machine } from '../system/machine.ts';
import { detectMac } from '../system/network.ts';
import { createIdentify, findIdentifyLed } from './identify.ts';
import { readInventory } from './inventory.ts';
import { createMetricsReader } from './metrics.ts';

let root: string;
let machine: Machine;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-machine-'));
  machine = createMachine({ root });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const refused = () => RefusedCounts.parse({});
const mac = 'B827EB000001';

test('a machine that tells nothing gives only what is certain: absent values are absent', async () => {
  const clock = createClock(machine);
  const metrics = Metrics.parse(await createMetricsReader({ machine, clock, refused }).read());
  expect(Object.keys(metrics).sort()).toEqual(['agentMemoryBytes', 'at', 'refused']);
  const inventory = Inventory.parse(readInventory({ machine, mac, publicKey: 'A'.repeat(43), demo: false }));
  for (const key of ['model', 'serial', 'os', 'memoryTotalBytes', 'sshHostKeys', 'demo'])
    expect(inventory).not.toHaveProperty(key);
  expect(clock.bootId).toBe('unknown');
  expect(() => detectMac(machine)).toThrow('--mac');
});

test('a Raspberry Pi is read as it is', async () => {
  file('/proc/stat', 'cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1\n');
  file('/proc/loadavg', '0.42 0.40 0.38 1/100 123\n');
  file('/proc/meminfo', 'MemTotal:        1000 kB\nMemFree: 10 kB\nMemAvailable:     400 kB\n');
  file('/proc/uptime', '90.5 100\n');
  file('/proc/sys/kernel/random/boot_id', 'boot-1\n');
  file(
    '/proc/net/dev',
    'h\nh\n  eth0: 1000 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0\n    lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n',
  );
  file('/sys/class/thermal/thermal_zone0/type', 'cpu-thermal\n');
  file('/sys/class/thermal/thermal_zone0/temp', '45277\n');
  file('/sys/devices/platform/soc/soc:firmware/get_throttled', '50005\n');
  file('/proc/self/mounts', `/dev/root / ext4 rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/root /srv ext4 rw 0 0\n`);
  file('/proc/device-tree/model', 'Raspberry Pi 4 Model B Rev 1.4\0');
  file('/proc/device-tree/serial-number', '100000001234\0');
  file('/etc/os-release', 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  file('/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAA root@pi\n');
  file('/etc/ssh/ssh_host_ed25519_key', 'PRIVATE');
  let nowMs = 0;
  const clock: Clock = { ...createClock(machine), monotonicMs: () => nowMs };
  const reader = createMetricsReader({ machine, clock, refused });
  const first = Metrics.parse(await reader.read());
  expect(first).toMatchObject({
    ...{
      load1: 0.42,
      memoryTotalBytes: 1_024_000,
      memoryUsedBytes: 614_400,
      uptimeSec: 91,
      temperatureC: 45.277,
    },
    throttling: {
      ...{ underVoltage: true, frequencyCapped: false, throttled: true, temperatureLimited: false },
      ...{ underVoltageSinceBoot: true, throttledSinceBoot: true },
    },
  });
  expect(first).not.toHaveProperty('cpuPercent');
  expect(first.disks?.map(({ mount }) => mount)).toEqual(['/']);
  nowMs = 2000;
  file('/proc/stat', 'cpu  150 0 150 750 150 0 0 0 0 0\n');
  file('/proc/net/dev', 'h\nh\n  eth0: 3000 1 0 0 0 0 0 0 900 1 0 0 0 0 0 0\n');
  expect(await reader.read()).toMatchObject({
    cpuPercent: 50,
    receivedBytesPerSec: 1000,
    sentBytesPerSec: 200,
  });
  expect(
    Inventory.parse(readInventory({ machine, mac, publicKey: 'A'.repeat(43), demo: true })),
  ).toMatchObject({
    ...{
      model: 'Raspberry Pi 4 Model B Rev 1.4',
      serial: '100000001234',
      os: 'Debian GNU/Linux 12 (bookworm)',
    },
    ...{ memoryTotalBytes: 1_024_000, sshHostKeys: ['ssh-ed25519 AAAA root@pi'], demo: true },
  });
});

test('rubbish in /proc and /sys gives absent values, never wrong ones', async () => {
  for (const path of [
    '/proc/stat',
    '/proc/loadavg',
    '/proc/meminfo',
    '/proc/uptime',
    '/sys/class/thermal/thermal_zone0/temp',
  ])
    file(path, 'rubbish \0 9e99 -\n');
  file('/sys/devices/platform/soc/soc:firmware/get_throttled', '\n');
  const reader = createMetricsReader({ machine, clock: createClock(machine), refused });
  await reader.read();
  expect(Object.keys(Metrics.parse(await reader.read())).sort()).toEqual([
    'agentMemoryBytes',
    'at',
    'refused',
  ]);
});

test('the device’s address is that of its first wired interface, never of a bridge or a container', () => {
  file('/sys/class/net/lo/address', '00:00:00:00:00:00\n');
  file('/sys/class/net/docker0/address', '02:42:00:00:00:01\n');
  file('/sys/class/net/br0/address', '02:42:00:00:00:02\n');
  file('/sys/class/net/br0/bridge/id', 'x');
  file('/sys/class/net/wlan0/address', 'b8:27:eb:00:00:02\n');
  expect(detectMac(machine)).toBe('B827EB000002');
  file('/sys/class/net/end0/address', 'b8:27:eb:00:00:01\n');
  expect(detectMac(machine)).toBe('B827EB000001');
  file('/sys/class/net/eth0/address', '00:00:00:00:00:00\n');
  expect(detectMac(machine)).toBe('B827EB000001');
});

test('the light blinks and is given back to what it showed before', async () => {
  expect(findIdentifyLed(machine)).toBeUndefined();
  const led = '/sys/class/leds/ACT';
  file(`${led}/trigger`, 'none timer [mmc0] heartbeat\n');
  file(`${led}/brightness`, '0\n');
  file(`${led}/max_brightness`, '255\n');
  expect(findIdentifyLed(machine)).toBe('ACT');
  const controller = new AbortController();
  const context = {
    jobId: 'x',
    write: () => undefined,
    progress: () => undefined,
    processStarted: () => undefined,
    signal: controller.signal,
  };
  const running = createIdentify({ machine, led: 'ACT' }).run({ durationSec: 300 }, context);
  expect(machine.readText(`${led}/trigger`)).toBe('none');
  expect(machine.readText(`${led}/brightness`)).toBe('255');
  controller.abort('cancelled');
  expect(await running).toEqual({ state: 'cancelled' });
  expect(machine.readText(`${led}/trigger`)).toBe('mmc0');
});
