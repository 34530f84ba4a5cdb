import type { OnStorageReport } from '../storage/report.ts';
import { backUpDatabase, databaseSizeBytes, isBackupOlder } from './backup.ts';
import { isDamage } from './sqlite-error.ts';

/** Keeps one whole copy of a database, the fresher the smaller it is. */
export interface BackupSchedule {
  start(): void;
  /** Makes a last copy when that is quick; the database must still be open. */
  stop(): Promise<void>;
}

const TINY_BYTES = 8 * 1024 * 1024;
const SMALL_BYTES = 64 * 1024 * 1024;
const MEDIUM_BYTES = 512 * 1024 * 1024;
const MINUTE_MS = 60_000;

export function createBackupSchedule(options: { path: string; onReport: OnStorageReport }): BackupSchedule {
  const { path, onReport } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let troubled = false;

  const backUp = async (): Promise<void> => {
    try {
      if (isBackupOlder(path)) await backUpDatabase(path);
      troubled = false;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!troubled) onReport({ level: isDamage(error) ? 'error' : 'warning', message });
      troubled = true;
    }
  };

  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      running = backUp().then(() => {
        if (timer) schedule(delayFor(databaseSizeBytes(path)));
      });
    }, delayMs);
  };

  return {
    start() {
      // Not at once: a start has better things to do.
      schedule(5000);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await running;
      running = undefined;
      if (databaseSizeBytes(path) < SMALL_BYTES) await backUp();
    },
  };
}

/** A copy costs as much as the database is large, so a large one is copied less often. */
function delayFor(sizeBytes: number): number {
  if (sizeBytes < TINY_BYTES) return MINUTE_MS;
  if (sizeBytes < SMALL_BYTES) return 10 * MINUTE_MS;
  return sizeBytes < MEDIUM_BYTES ? 120 * MINUTE_MS : 24 * 60 * MINUTE_MS;
}
