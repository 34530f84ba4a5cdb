import process from 'node:process';
import { AppError } from '../../contract/lib/errors.ts';
import type { Inventory } from '../../contract/model/inventory.ts';
import { parseMac } from '../../contract/model/mac.ts';
import type { Machine } from '../system/machine.ts';
import { AGENT_VERSION } from '../version.ts';

/** Collects what the device is. What it does not tell is absent. */
export function readInventory(options: {
  machine: Machine;
  mac: string;
  publicKey: string;
  demo: boolean;
}): Inventory {
  const { machine } = options;
  const present = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
    value === undefined ? {} : ({ [key]: value } as Record<K, V>);
  const osRelease = keyValues(machine.readText('/etc/os-release') ?? '');
  const memory = memoryBytes(machine.readText('/proc/meminfo'), 'MemTotal');
  const hostKeys = sshHostKeys(machine);
  return {
    mac: options.mac,
    publicKey: options.publicKey,
    hostName: machine.hostName.slice(0, 256),
    ...present(
      'model',
      deviceTree(machine, 'model') ?? text(machine.readText('/sys/class/dmi/id/product_name')),
    ),
    ...present('serial', deviceTree(machine, 'serial-number')),
    ...present('os', osRelease.PRETTY_NAME?.slice(0, 256)),
    kernel: machine.kernel.slice(0, 256),
    arch: machine.arch,
    cpuCount: machine.cpuCount,
    ...present('memoryTotalBytes', memory),
    addresses: readAddresses(machine),
    agentVersion: AGENT_VERSION,
    runtime: `Node.js ${process.version}`,
    ...(hostKeys.length > 0 && { sshHostKeys: hostKeys }),
    ...(options.demo && { demo: true }),
  };
}

function readAddresses(machine: Machine): Inventory['addresses'] {
  return machine
    .addresses()
    .slice(0, 64)
    .map((entry) => {
      const mac = macOf(entry.mac);
      return {
        interface: entry.interface.slice(0, 64),
        address: entry.address.slice(0, 64),
        ...(mac !== undefined && { mac }),
      };
    });
}

/** Undefined for interfaces without an address of their own, such as tunnels (`00:00:00:00:00:00`). */
function macOf(written: string): string | undefined {
  try {
    return parseMac(written);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function text(raw: string | undefined): string | undefined {
  const clean = raw?.replaceAll('\0', '').trim().slice(0, 256);
  return clean === '' ? undefined : clean;
}

/** /proc/device-tree is a link to this folder; some containers have only the one, some only the other. */
function deviceTree(machine: Machine, name: string): string | undefined {
  return (
    text(machine.readText(`/proc/device-tree/${name}`)) ??
    text(machine.readText(`/sys/firmware/devicetree/base/${name}`))
  );
}

function keyValues(raw: string): Record<string, string> {
  return Object.fromEntries(
    raw.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line);
      return match ? [[match[1] ?? '', (match[2] ?? '').replace(/^["']|["']$/g, '')]] : [];
    }),
  );
}

/** One value of /proc/meminfo in bytes. */
export function memoryBytes(meminfo: string | undefined, key: string): number | undefined {
  const kibibytes = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(meminfo ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function sshHostKeys(machine: Machine): string[] {
  return machine
    .list('/etc/ssh')
    .filter((name) => /^ssh_host_\w+_key\.pub$/.test(name))
    .map((name) => text(machine.readText(`/etc/ssh/${name}`)) ?? '')
    .filter((key) => key.length > 0 && key.length <= 2048)
    .slice(0, 8);
}
