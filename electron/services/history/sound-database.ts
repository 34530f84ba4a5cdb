import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileError } from '../storage/file-error.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { migrate, schemaVersion } from './schema.ts';
import { damageError, isDamage, sqliteError } from './sqlite-error.ts';

/** Below this size every start checks the whole file (0.1 s); above it only after damage was met. */
const CHECK_LIMIT_BYTES = 256 * 1024 * 1024;

export interface SoundDatabaseOptions {
  path: string;
  steps: readonly string[];
  durability: DatabaseOptions['durability'];
  now: () => Date;
  onReport: OnStorageReport;
  /** What is lost without it, for reports: `The history of jobs`. */
  what: string;
}

/**
 * Opens a database, checks it and brings it to the last version. A damaged one is set aside and replaced by
 * `<path>.bak`, or by an empty one, and reported. Throws `incompatible`, `denied`, `no-space` or `conflict`.
 */
export function openSoundDatabase(options: SoundDatabaseOptions): Database {
  const { path } = options;
  try {
    if (!existsSync(path)) return recover(options, 'is missing');
    // SQLite takes an empty file for a new database; with a backup beside it, it is a lost one.
    if (statSync(path).size === 0 && existsSync(`${path}.bak`)) return recover(options, 'is empty');
    return openChecked(options);
  } catch (error) {
    if (!isDamage(error)) throw fileOrSqliteError(error, path);
    try {
      return recover(options, 'is damaged');
    } catch (failure) {
      throw fileOrSqliteError(failure, path);
    }
  }
}

function openChecked({ path, durability, steps }: SoundDatabaseOptions): Database {
  const marker = markerOf(path);
  const database = openDatabase(path, {
    durability,
    onError: (error) => {
      // It may be too large to be checked at every start, so the next one is told to.
      if (isDamage(error)) writeFileSync(marker, '');
    },
  });
  try {
    if (existsSync(marker) || statSync(path).size <= CHECK_LIMIT_BYTES) check(database);
    if (schemaVersion(database) === 0 && existsSync(`${path}.bak`)) throw damageError(path, 'no tables');
    migrate(database, steps);
    rmSync(marker, { force: true });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function check(database: Database): void {
  const [row] = database.prepare('PRAGMA quick_check(1)').all();
  if (row?.quick_check !== 'ok') throw damageError(database.path, row?.quick_check);
}

function recover(options: SoundDatabaseOptions, problem: string): Database {
  const { path, what, now, onReport } = options;
  const backup = `${path}.bak`;
  const hasBackup = existsSync(backup);
  const stamp = now().toISOString().replace(/[:.]/g, '-');
  if (!existsSync(path) && !hasBackup) {
    // A log without its database would be replayed into the new one.
    setAside(path, stamp);
    return openChecked(options);
  }
  const kept = existsSync(path) ? ` The damaged file is kept as ${path}.damaged-${stamp}.` : '';
  const backupTime = hasBackup ? statSync(backup).mtime.toISOString() : '';
  setAside(path, stamp);
  if (hasBackup) {
    try {
      copyDurably(backup, path);
      const database = openChecked(options);
      onReport({
        level: 'error',
        message: `${path} ${problem}. It was replaced by its backup of ${backupTime}; what was recorded after that is missing.${kept}`,
      });
      return database;
    } catch (error) {
      if (!isDamage(error)) throw error;
      setAside(path, stamp);
      renameSync(backup, `${backup}.damaged-${stamp}`);
    }
  }
  const second = hasBackup ? 'its backup is damaged too' : 'there is no backup';
  onReport({
    level: 'error',
    message: `${path} ${problem} and ${second}, so ${what} starts empty.${kept} If you have a copy of ${basename(path)} elsewhere, stop Muster and put it there.`,
  });
  return openChecked(options);
}

/** The log goes with the database that it belongs to; replayed into another one it would damage that. */
function setAside(path: string, stamp: string): void {
  if (existsSync(path)) renameSync(path, `${path}.damaged-${stamp}`);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${path}.damaged-${stamp}-wal`);
  rmSync(`${path}-shm`, { force: true });
}

function copyDurably(from: string, to: string): void {
  const temporary = `${to}.new`;
  copyFileSync(from, temporary);
  syncSync(temporary, 'r+');
  renameSync(temporary, to);
  // Windows has no way to flush a folder.
  if (process.platform !== 'win32') syncSync(dirname(to), 'r');
}

function syncSync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function markerOf(path: string): string {
  return `${path}.check`;
}

function fileOrSqliteError(error: unknown, path: string): unknown {
  const known = sqliteError(error, path);
  return known === error ? fileError(error, dirname(path), basename(path)) : known;
}
