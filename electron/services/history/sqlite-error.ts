import { dirname } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import { isDiskFull, noSpaceError } from '../storage/file-error.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
export const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  notADatabase: 26,
} as const;

// A missing job or result shows as either: the number looked up for it is NULL, or its reference leads nowhere.
const CONSTRAINT_FOREIGN_KEY = 787;
const CONSTRAINT_NOT_NULL = 1299;

/** The extended result code, or undefined when SQLite did not throw this. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** The primary result code, or undefined when SQLite did not throw this. */
export function primaryCode(error: unknown): number | undefined {
  const code = sqliteCode(error);
  return code === undefined ? undefined : code & 0xff;
}

/** Whether the content of the file is damaged, or is no database at all. Also knows what `sqliteError` made of it. */
export function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return error.data?.damaged === true;
  const code = primaryCode(error);
  return code === SQLITE.corrupt || code === SQLITE.notADatabase;
}

/** For a database that SQLite's own check refuses. */
export function damageError(path: string, cause: unknown): AppError {
  return new AppError(
    'internal',
    `${path} is damaged. Stop Muster and start it again: it then restores it from its backup.`,
    { folder: dirname(path), damaged: true },
    { cause },
  );
}

/** Turns an error of SQLite into a sentence; anything else is returned as it is. */
export function sqliteError(error: unknown, path: string): unknown {
  const code = primaryCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const folder = dirname(path);
  const options = { cause: error };
  switch (code) {
    case SQLITE.full:
      return noSpaceError(folder, 'The history', error);
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return new AppError(
        'denied',
        `${path} cannot be opened for writing. Give this user account read and write access to ${folder}, or start Muster with another data folder.`,
        { folder },
        options,
      );
    case SQLITE.busy:
    case SQLITE.locked:
      return new AppError(
        'conflict',
        `Another program holds ${path}. Close it and try again.`,
        { folder },
        options,
      );
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return damageError(path, error);
    case SQLITE.constraint:
      return sqliteCode(error) === CONSTRAINT_FOREIGN_KEY || sqliteCode(error) === CONSTRAINT_NOT_NULL
        ? new AppError('not-found', 'What this belongs to is not in the history.', undefined, options)
        : new AppError('conflict', `The history refused an entry: ${error.message}.`, undefined, options);
    case SQLITE.tooBig:
      return new AppError('too-large', 'An entry is too large for the history.', undefined, options);
    default:
      // What SQLite maps into memory fails as "disk I/O error" when there is no space for it.
      if (code === SQLITE.inputOutput && isDiskFull(folder)) {
        return noSpaceError(folder, 'The history', error);
      }
      return new AppError(
        'internal',
        `${path} could not be read or written (${error.message}). Check the disk that holds ${folder}.`,
        { folder },
        options,
      );
  }
}
