import type { OnStorageReport } from '../storage/report.ts';
import { backUpDatabase, databaseSizeBytes, isBackupOlder } from './backup.ts';
import { isDamage } from './sqlite-error.ts';

/** Keeps one whole copy of a database, the fresher the smaller it is. */
export interface BackupSchedule {
  start(): void;
  /** Makes a last copy when that is quick; the database must still be open. */
  stop(): Promise<void>;
}

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
      if (!isBackupOlder(path)) return;
      await backUpDatabase(path);
      troubled = false;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!troubled) onReport({ level: isDamage(error) ? 'error' : 'warning', message: reason });
      troubled = true;
    }
  };

  const delayMs = async (): Promise<number> => {
    const sizeBytes = await databaseSizeBytes(path);
    if (sizeBytes < SMALL_BYTES) return 10 * MINUTE_MS;
    return sizeBytes < MEDIUM_BYTES ? 2 * 60 * MINUTE_MS : 24 * 60 * MINUTE_MS;
  };

  const round = async (): Promise<void> => {
    await backUp();
    const nextMs = await delayMs();
    if (timer) timer = setTimeout(next, nextMs);
  };

  const next = (): void => {
    running = round();
  };

  return {
    start() {
      // Not at once: a start has better things to do.
      timer = setTimeout(next, 5000);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await running;
      running = undefined;
      if ((await databaseSizeBytes(path)) < SMALL_BYTES) await backUp();
    },
  };
}
