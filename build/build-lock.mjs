import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const abandonedAfterMs = 5 * 60_000;

/**
 * Waits until no other build runs in this checkout, then holds the lock file until the returned function is
 * called. A lock is taken over when its holder no longer lives or when it is older than any build can be
 * (process numbers come round again, and a machine may have been switched off).
 * @param {string} file
 * @returns {Promise<() => void>}
 */
export async function holdBuildLock(file) {
  for (let announced = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (isAbandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!announced) process.stderr.write('muster: waiting for another build …\n');
    announced = true;
    await pause(100);
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > abandonedAfterMs) return true;
    const holder = Number(readFileSync(file, 'utf8'));
    return holder > 0 && !isAlive(holder);
  } catch {
    return false; // released this moment
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
