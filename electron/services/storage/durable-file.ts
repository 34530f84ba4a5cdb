import { basename, dirname } from 'node:path';
import { fileError } from './file-error.ts';
import type { Files } from './files.ts';

/** Replaces a file so that at every instant it is the old one or the new one; resolves when that is durable. */
export async function replaceFile(files: Files, path: string, bytes: Buffer, mode: number): Promise<void> {
  const folder = dirname(path);
  const name = basename(path);
  const temporary = `${path}.new`;
  let renamed = false;
  try {
    await files.write(temporary, bytes, mode);
    await files.sync(temporary);
    await files.rename(temporary, path);
    renamed = true;
    await files.syncFolder(folder);
  } catch (error) {
    // After the rename the new content is in place, but a power cut may bring the old one back.
    if (renamed) throw fileError(error, folder, `The last change to ${name}`);
    throw fileError(await cleanUp(files, temporary, error), folder, name);
  }
}

/** Removes a half-written file, so that it does not hold the space that is missing. Returns the first error. */
async function cleanUp(files: Files, temporary: string, error: unknown): Promise<unknown> {
  try {
    await files.remove(temporary);
  } catch (removal) {
    // Harmless: the next write replaces the file. The first error is the one to act on; the log gets both.
    if (error instanceof Error) error.cause ??= removal;
  }
  return error;
}

/** Renames a file that cannot be used to `<path>.damaged-<stamp>`, whatever its size, also on a full disk. */
export async function setAside(files: Files, path: string, stamp: string): Promise<void> {
  try {
    await files.rename(path, `${path}.damaged-${stamp}`);
    await files.syncFolder(dirname(path));
  } catch (error) {
    throw fileError(error, dirname(path), `The damaged ${basename(path)}`);
  }
}
