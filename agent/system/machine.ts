import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, cpus, hostname, networkInterfaces, release, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { systemErrorCode } from './files.ts';

export interface DiskSpace {
  readonly totalBytes: number;
  readonly usedBytes: number;
}

export interface MachineAddress {
  readonly interface: string;
  readonly address: string;
  /** As the system writes it: `b8:27:eb:00:00:01`. */
  readonly mac: string;
  readonly ipv4: boolean;
}

/**
 * What the device says about itself. Paths are absolute (`/proc/stat`) and looked up below `root`,
 * so that a test can lay out a device of its own in a folder.
 */
export interface Machine {
  /** Text of a file under /proc, /sys or /etc; undefined when this device does not have or give it. */
  readText(path: string): string | undefined;
  exists(path: string): boolean;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): string[];
  /** Writes a control file under /sys. Throws what the system throws. */
  writeText(path: string, text: string): void;
  /** Undefined when the mount cannot be looked at. */
  diskSpace(mount: string): Promise<DiskSpace | undefined>;
  /** Addresses other than loopback. */
  addresses(): MachineAddress[];
  readonly hostName: string;
  readonly arch: string;
  readonly kernel: string;
  readonly cpuCount: number;
  readonly isRoot: boolean;
  readonly userName: string;
}

// A file that is not there, may not be read, or whose driver answers with an error: the device does not give that value.
const ABSENT = new Set([
  'ENOENT',
  'ESRCH', // a process that ended while its entry in /proc was read
  'EACCES',
  'EPERM',
  'ENODEV',
  'EIO',
  'EINVAL',
  'ENOTDIR',
  'ENXIO',
  'EAGAIN',
  'ENODATA',
  'EISDIR',
  'EOPNOTSUPP',
]);

/** @param root folder that stands for `/` */
export function createMachine({ root = '/' }: { root?: string } = {}): Machine {
  const absent = (error: unknown): boolean => ABSENT.has(systemErrorCode(error) ?? '');
  return {
    readText(path) {
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch (error) {
        if (absent(error)) return undefined;
        throw error;
      }
    },
    exists: (path) => existsSync(join(root, path)),
    list(path) {
      try {
        return readdirSync(join(root, path)).sort();
      } catch (error) {
        if (absent(error)) return [];
        throw error;
      }
    },
    writeText(path, text) {
      writeFileSync(join(root, path), text);
    },
    async diskSpace(mount) {
      // Node before 18.15 has no statfs: then the value is absent.
      if (typeof statfs !== 'function') return undefined;
      try {
        const stats = await statfs(join(root, mount));
        // As df counts: blocks kept for root are neither used nor free to others.
        const usedBytes = (stats.blocks - stats.bfree) * stats.bsize;
        return { totalBytes: usedBytes + stats.bavail * stats.bsize, usedBytes };
      } catch (error) {
        if (absent(error)) return undefined;
        throw error;
      }
    },
    addresses() {
      return Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
        (entries ?? [])
          .filter((entry) => !entry.internal)
          .map((entry) => ({
            interface: name,
            address: entry.address,
            mac: entry.mac,
            ipv4: entry.family === 'IPv4',
          })),
      );
    },
    get hostName() {
      return hostname();
    },
    arch: arch(),
    kernel: release(),
    cpuCount: Math.max(1, cpus().length),
    isRoot: process.getuid?.() === 0,
    get userName() {
      return userNameOf(process.getuid?.());
    },
  };
}

/** The name of the user that runs the agent; a user without an entry has only a number. */
function userNameOf(uid: number | undefined): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return String(uid ?? 'unknown');
  }
}
