import { statSync } from 'node:fs';
import { rename, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import { createDiskFiles } from '../storage/files.ts';
import { damageError } from './sqlite-error.ts';

/** What the worker answers. */
const Outcome = z.object({ error: z.string().nullable(), code: z.number().nullable() });

/**
 * Runs in a worker as source text, so that it needs no file of its own in a bundle; it may use nothing from around it.
 * VACUUM INTO writes a whole new file out of one consistent view, and finds damage by walking every tree.
 */
function copyDatabase(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { rmSync } = process.getBuiltinModule('node:fs');
  try {
    rmSync(workerData.to, { force: true });
    const source = new DatabaseSync(workerData.from, { timeout: 5000 });
    source.prepare('VACUUM INTO ?').run(workerData.to);
    source.close();
    const copy = new DatabaseSync(workerData.to, { readOnly: true });
    const [verdict] = copy.prepare('PRAGMA quick_check(1)').all();
    copy.close();
    const isSound = verdict?.quick_check === 'ok';
    parentPort?.postMessage({ error: isSound ? null : 'the copy is damaged', code: isSound ? null : 11 });
  } catch (error) {
    rmSync(workerData.to, { force: true });
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null;
    parentPort?.postMessage({ error: String(error), code });
  }
}

/** Copies a database that may be in use, whole, beside the work of this thread; throws when the source is damaged. */
export async function backUpDatabase(path: string): Promise<void> {
  const temporary = `${path}.bak.new`;
  const startedAt = new Date();
  // Bundlers that keep names wrap inner functions in `__name`, which the text would not find.
  const source = `const __name = (value) => value; (${copyDatabase.toString()})()`;
  const worker = new Worker(source, { eval: true, workerData: { from: path, to: temporary } });
  const message = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new AppError('internal', `The backup of ${path} ended without a result.`)),
    );
  });
  await worker.terminate();
  const outcome = Outcome.parse(message);
  if (outcome.code === 11 || outcome.code === 26) throw damageError(path, outcome.error);
  if (outcome.code === 13)
    throw new AppError(
      'no-space',
      `There is no space for the backup of ${path}. Free some space on that disk.`,
    );
  if (outcome.error !== null) {
    throw new AppError('internal', `The backup of ${path} could not be made (${outcome.error}).`);
  }
  const files = createDiskFiles();
  // What was written while the copy was made may not be in it.
  await utimes(temporary, startedAt, startedAt);
  await files.sync(temporary);
  await rename(temporary, `${path}.bak`);
  await files.syncFolder(dirname(path));
}

/** Whether the database may hold more than its backup, whose time is that of the beginning of the copy. */
export function isBackupOlder(path: string): boolean {
  const backup = statSync(`${path}.bak`, { throwIfNoEntry: false });
  return !backup || filesOf(path).some((file) => file.mtimeMs >= backup.mtimeMs);
}

/** Bytes of the database and of what is still in its log. */
export function databaseSizeBytes(path: string): number {
  return filesOf(path).reduce((sum, file) => sum + file.size, 0);
}

function filesOf(path: string): { size: number; mtimeMs: number }[] {
  return [path, `${path}-wal`].flatMap((file) => statSync(file, { throwIfNoEntry: false }) ?? []);
}
