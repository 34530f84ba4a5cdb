import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError, systemCode } from './file-error.ts';

/** Makes a folder that only this user may enter, with those above it. Errors say what to do; `what` names it in them. */
export function makeFolder(path: string, what: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(realCause(error, path), path, what);
  }
}

/** On a read-only disk Node says that a parent is missing; what stands in the way is that the disk cannot be written. */
function realCause(error: unknown, path: string): unknown {
  if (systemCode(error) !== 'ENOENT') return error;
  let parent = dirname(path);
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  try {
    accessSync(parent, constants.W_OK);
    return error;
  } catch (cause) {
    return cause;
  }
}
