import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../contract/lib/errors.ts';

/** The `code` of a failed system call (`ENOENT`), or undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a failed file access into a sentence that says what to do. */
export function fileError(cause: unknown, path: string, action: string): AppError {
  if (cause instanceof AppError) return cause;
  const code = systemErrorCode(cause);
  const options = { cause };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'no-space',
        `The disk is full: ${path} could not be ${action}. Free some space on this device.`,
        undefined,
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'denied',
        `${path} may not be ${action} by this user. Run as root, or choose another folder with --state.`,
        undefined,
        options,
      );
    case 'EROFS':
      return new AppError(
        'denied',
        `${path} could not be ${action}: the file system is read-only.`,
        undefined,
        options,
      );
    case 'ENOENT':
      return new AppError('not-found', `${path} does not exist.`, undefined, options);
    case 'EISDIR':
    case 'ENOTDIR':
      return new AppError('invalid', `${path} is not what was expected there (${code}).`, undefined, options);
    default:
      return new AppError(
        'internal',
        `${path} could not be ${action}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        undefined,
        options,
      );
  }
}

/** Makes the names in a folder durable: a rename or a new file may vanish at a power cut before this. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file so that after a power cut it is the old one or the new one, whole. Throws `no-space`, `denied`. */
export async function writeFileDurably(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${path.slice(dirname(path).length + 1)}.new`);
  try {
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw fileError(cause, path, 'written');
  }
}

/** The text of a file, or undefined when there is none. Throws `too-large` above the limit, `denied`. */
export async function readTextIfPresent(path: string, limitBytes: number): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw fileError(cause, path, 'read');
  }
  try {
    const { size } = await handle.stat();
    if (size > limitBytes) {
      throw new AppError('too-large', `${path} has more than ${limitBytes} bytes.`);
    }
    const buffer = Buffer.alloc(limitBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > limitBytes) throw new AppError('too-large', `${path} has more than ${limitBytes} bytes.`);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    throw fileError(cause, path, 'read');
  } finally {
    await handle.close();
  }
}
