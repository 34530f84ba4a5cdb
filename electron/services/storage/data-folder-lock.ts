import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import { fileError, isDiskFull, noSpaceError } from './file-error.ts';

// INVARIANTS
// 1. What decides is a lock of the kernel on `muster.lock` (SQLite's, in its exclusive mode). It ends with the process
//    that holds it, however that ends, so a lock can be neither stale nor taken over from a live process, and two
//    programs that start together cannot both win, as they could with a file that merely holds a number.
// 2. Nothing in this process may open `muster.lock` otherwise: closing it would drop the lock (POSIX).
// 3. `muster.pid` only tells people and programs who holds it. It may be stale; its start time tells.

const LOCK_NAME = 'muster.lock';
const OWNER_NAME = 'muster.pid';

/** Process id, and when that process started in clock ticks since boot (null where /proc does not tell). */
const Owner = z.object({ pid: z.number().int().min(1), startTicks: z.string().max(32).nullable() });
type Owner = z.infer<typeof Owner>;

export interface DataFolderLock {
  /** Lets another control centre use the folder. */
  release(): void;
}

/** Takes a data folder for this process and creates it if needed; `conflict` names the process that has it. */
export function lockDataFolder(folder: string): DataFolderLock {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(folder, LOCK_NAME));
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeOwner(folder);
  } catch (error) {
    database?.close();
    throw lockError(error, folder);
  }
  const held = database;
  return {
    release() {
      if (!held.isOpen) return;
      rmSync(join(folder, OWNER_NAME), { force: true });
      held.close();
    },
  };
}

/** The process that holds a data folder, as far as `muster.pid` tells truly; undefined when none is known. */
export function dataFolderOwner(folder: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, OWNER_NAME), 'utf8');
  } catch {
    // Absent or unreadable: whoever holds the lock has not said who it is.
    return undefined;
  }
  const owner = Owner.safeParse(parseJson(text.slice(0, 1000)));
  if (!owner.success) return undefined;
  const { pid, startTicks } = owner.data;
  return isRunning(pid) && processStartTicks(pid) === startTicks ? pid : undefined;
}

function writeOwner(folder: string): void {
  const owner: Owner = { pid: process.pid, startTicks: processStartTicks(process.pid) };
  writeFileSync(join(folder, OWNER_NAME), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
}

/** Field 22 of /proc/<pid>/stat, which tells a process from a later one with the same number. */
function processStartTicks(pid: number): string | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // No such process, or a system without /proc.
    return null;
  }
  // The name, in parentheses, may hold spaces and parentheses itself.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function lockError(error: unknown, folder: string): AppError {
  const sqliteCode = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  // 5: SQLITE_BUSY. 14: SQLITE_CANTOPEN. 26: SQLITE_NOTADB.
  if (sqliteCode === 5) {
    const pid = dataFolderOwner(folder);
    const who = pid === undefined ? 'Another Muster' : `Another Muster (process ${pid})`;
    return new AppError(
      'conflict',
      `${who} already uses the data folder ${folder}. Use its window, or stop it first, or start this one with another data folder.`,
      pid === undefined ? { folder } : { folder, pid },
      { cause: error },
    );
  }
  if (sqliteCode === 14) {
    return new AppError(
      'denied',
      `The data folder ${folder} cannot be used: this user account may not create files in it. Give it write access there, or start Muster with another data folder.`,
      { folder },
      { cause: error },
    );
  }
  if (sqliteCode === 26) {
    return new AppError(
      'conflict',
      `${join(folder, LOCK_NAME)} is not Muster's lock file. Move it away, or start Muster with another data folder.`,
      { folder },
      { cause: error },
    );
  }
  if (sqliteCode !== undefined && isDiskFull(folder)) {
    return noSpaceError(folder, 'The lock of the data folder', error);
  }
  return fileError(error, folder, 'The lock of the data folder');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half-written after a crash: then it names nobody.
    return undefined;
  }
}
