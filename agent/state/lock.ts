import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { AppError } from '../../contract/lib/errors.ts';
import { fileError, systemErrorCode } from '../system/files.ts';
import type { Processes } from '../system/processes.ts';

/** Held while a process uses a state folder. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * One process a state folder: the lock names its owner by pid and start time, so that a lock left by a crash, or by a
 * power cut after which the pid belongs to someone else, is not mistaken for a live one. Throws `conflict`.
 */
export async function acquireLock(path: string, processes: Processes): Promise<Lock> {
  const own = `${process.pid} ${processes.startTime(process.pid) ?? 'unknown'}\n`;
  const mine = `${path}.${process.pid}`;
  try {
    await writeFile(mine, own, { mode: 0o600 });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        await link(mine, path); // fails when the name exists: the one atomic step
        return {
          async release() {
            if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true });
          },
        };
      } catch (cause) {
        if (systemErrorCode(cause) !== 'EEXIST') throw cause;
      }
      await removeStaleLock(path, own, processes);
    }
    throw new AppError('conflict', `${path} could not be taken: other agents keep starting on this folder.`);
  } catch (cause) {
    throw fileError(cause, path, 'written');
  } finally {
    await rm(mine, { force: true });
  }
}

async function removeStaleLock(path: string, own: string, processes: Processes): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return;
    throw cause;
  }
  const [pid = '', startTime = ''] = text.trim().split(' ');
  if (text !== own && processes.isRunning(Number(pid), startTime)) {
    throw new AppError(
      'conflict',
      `Another agent (process ${pid}) uses this folder. Stop it first, or choose another folder with --state.`,
    );
  }
  // Taken aside first: between reading and removing, another process may have replaced the stale lock by its own.
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return;
    throw cause;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined); // someone holds it already
  await rm(aside, { force: true });
}
