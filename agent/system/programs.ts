import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contract/lib/errors.ts';
import { systemErrorCode } from './files.ts';

/** Where programs are looked for, whatever environment the agent itself was started with. */
export const PROGRAM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The full path of a program, or undefined when there is no such file that may be run. */
export function findProgram(name: string, searchPath = PROGRAM_PATH): string | undefined {
  const candidates = name.includes('/')
    ? [name]
    : searchPath.split(':').map((folder) => join(folder || '.', name));
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

export interface ProgramEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the system's own tools to its end. Throws `unsupported` when it is not installed, `timeout`. */
export function runProgram(name: string, args: readonly string[], timeoutMs = 30_000): Promise<ProgramEnd> {
  const path = findProgram(name);
  if (path === undefined)
    return Promise.reject(new AppError('unsupported', `This device has no ${name}, which this needs.`));
  const env = {
    PATH: PROGRAM_PATH,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    SYSTEMD_COLORS: '0',
    SYSTEMD_PAGER: '',
  };
  return new Promise((resolve, reject) => {
    execFile(
      path,
      [...args],
      { timeout: timeoutMs, maxBuffer: 1024 * 1024, env },
      (error, stdout, stderr) => {
        if (!error) resolve({ exitCode: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
        else if (error.killed)
          reject(
            new AppError('timeout', `${name} did not end within ${timeoutMs / 1000} s.`, undefined, {
              cause: error,
            }),
          );
        else
          reject(new AppError('internal', `${name} failed: ${error.message}`, undefined, { cause: error }));
      },
    );
  });
}
