import { mkdirSync } from 'node:fs';
import { fileError } from './file-error.ts';

/** Makes a folder that only this user may enter, with those above it. Errors say what to do; `what` names it in them. */
export function makeFolder(path: string, what: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(error, path, what);
  }
}
