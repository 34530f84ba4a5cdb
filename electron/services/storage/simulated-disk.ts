import type { Files } from './files.ts';

/**
 * What survives a crash. `kill`: the process died, the system did not, so every finished step is there.
 * `power`: only what was made durable is there. `torn`: names were written by the system, content that was not
 * synced is there in half, as file systems that order nothing may leave it.
 */
export type Crash = 'kill' | 'power' | 'torn';
export const CRASHES: readonly Crash[] = ['kill', 'power', 'torn'];

interface Inode {
  seen: Buffer;
  durable: Buffer;
}

/** A disk for tests that tells what was done from what is durable, and can stop or fail at any step. */
export interface SimulatedDisk {
  readonly files: Files;
  /** How many steps have begun. */
  steps(): number;
  /** The machine stops at this step: `before` it begins, or in the `middle` of a write. */
  crashAt(step: number, when: 'before' | 'middle'): void;
  /** This step, and no other, fails with a system error. */
  failAt(step: number, code: string): void;
  /** The disk as the next start finds it. */
  restart(crash: Crash): SimulatedDisk;
  /** The content that a program sees now. */
  content(path: string): Buffer | undefined;
  put(path: string, bytes: Buffer): void;
  names(): string[];
}

/** Thrown by every step from the crash on: the program never gets further. */
export function createSimulatedDisk(initial: ReadonlyMap<string, Buffer> = new Map()): SimulatedDisk {
  const durableNames = new Map<string, Inode>();
  for (const [path, bytes] of initial) durableNames.set(path, { seen: bytes, durable: bytes });
  const seenNames = new Map(durableNames);
  let count = 0;
  let crash: { step: number; when: 'before' | 'middle' } | undefined;
  let failure: { step: number; code: string } | undefined;

  /** True when the step must stop half-way. */
  const begin = (): boolean => {
    const step = count;
    count += 1;
    if (failure?.step === step)
      throw Object.assign(new Error(`simulated ${failure.code}`), { code: failure.code });
    if (!crash || step < crash.step) return false;
    if (step === crash.step && crash.when === 'middle') return true;
    throw new Error('simulated crash');
  };

  const existing = (path: string): Inode => {
    const inode = seenNames.get(path);
    if (!inode) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return inode;
  };

  const files: Files = {
    async read(path) {
      begin();
      return seenNames.get(path)?.seen;
    },
    async write(path, bytes) {
      const half = begin();
      const inode = seenNames.get(path) ?? { seen: Buffer.alloc(0), durable: Buffer.alloc(0) };
      inode.seen = half ? bytes.subarray(0, bytes.length >> 1) : bytes;
      seenNames.set(path, inode);
      if (half) throw new Error('simulated crash');
    },
    async sync(path) {
      if (begin()) throw new Error('simulated crash');
      const inode = existing(path);
      inode.durable = inode.seen;
    },
    async rename(from, to) {
      if (begin()) throw new Error('simulated crash');
      seenNames.set(to, existing(from));
      seenNames.delete(from);
    },
    async remove(path) {
      if (begin()) throw new Error('simulated crash');
      seenNames.delete(path);
    },
    async syncFolder() {
      if (begin()) throw new Error('simulated crash');
      durableNames.clear();
      for (const [path, inode] of seenNames) durableNames.set(path, inode);
    },
    async makeFolder() {
      if (begin()) throw new Error('simulated crash');
    },
  };

  const survivors = (kind: Crash): Map<string, Buffer> => {
    const left = new Map<string, Buffer>();
    for (const [path, inode] of kind === 'power' ? durableNames : seenNames) {
      const torn = inode.seen === inode.durable ? inode.seen : inode.seen.subarray(0, inode.seen.length >> 1);
      left.set(path, { kill: inode.seen, power: inode.durable, torn }[kind]);
    }
    return left;
  };

  return {
    files,
    steps: () => count,
    crashAt(step, when) {
      crash = { step, when };
    },
    failAt(step, code) {
      failure = { step, code };
    },
    restart: (kind) => createSimulatedDisk(survivors(kind)),
    content: (path) => seenNames.get(path)?.seen,
    put(path, bytes) {
      const inode = { seen: bytes, durable: bytes };
      seenNames.set(path, inode);
      durableNames.set(path, inode);
    },
    names: () => [...seenNames.keys()].sort(),
  };
}
