import { statfsSync } from 'node:fs';
import { AppError } from '../../../contract/lib/errors.ts';

/** The system's name of an error (`ENOSPC`, `EACCES` …), or undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a failed file operation into a sentence that names the folder and what to do. `what` begins the sentence. */
export function fileError(error: unknown, folder: string, what: string): AppError {
  if (error instanceof AppError) return error;
  const cause = { cause: error };
  const data = { folder };
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpaceError(folder, what, error);
    case 'EROFS':
      return new AppError(
        'denied',
        `${what} could not be saved: the disk that holds ${folder} is read-only. Make it writable, or start Muster with another data folder.`,
        data,
        cause,
      );
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'denied',
        `${what} could not be read or saved: this user account has no right to ${folder}. Give it read and write access there, or start Muster with another data folder.`,
        data,
        cause,
      );
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return new AppError(
        'conflict',
        `${what} could not be saved: a file is in the way where ${folder} needs a folder, or the reverse. Move it away, or start Muster with another data folder.`,
        data,
        cause,
      );
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return new AppError(
        'internal',
        `${what} could not be read or saved in ${folder} (${reason}). Check that disk.`,
        data,
        cause,
      );
    }
  }
}

/** `no-space` for a folder whose disk is full. */
export function noSpaceError(folder: string, what: string, cause: unknown): AppError {
  return new AppError(
    'no-space',
    `${what} could not be saved: the disk that holds ${folder} is full. Free some space on it and try again.`,
    { folder },
    { cause },
  );
}

/** Whether a disk is so full that an error that does not say so was most likely that. */
export function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < 64 * 1024;
  } catch {
    // The folder itself is gone or not readable: then the other error is the one to show.
    return false;
  }
}
