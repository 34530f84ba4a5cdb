import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../system/files.ts';

/** Paths of everything that an agent keeps. */
export interface StateFolder {
  readonly path: string;
  readonly config: string;
  readonly deviceKey: string;
  readonly trust: string;
  readonly link: string;
  readonly journal: string;
  readonly reserve: string;
  readonly lock: string;
  readonly status: string;
  /** Kept output of jobs whose results are not acknowledged. */
  readonly jobs: string;
  /** Scripts and pipes of running jobs: other users may pass through but not look. */
  readonly run: string;
  readonly log: string;
  /** Where commands of the agent's own user start when they have no home. */
  readonly data: string;
}

export function stateFolder(path: string): StateFolder {
  return {
    path,
    config: join(path, 'config.json'),
    deviceKey: join(path, 'device-key.json'),
    trust: join(path, 'trust.jws'),
    link: join(path, 'link.jws'),
    journal: join(path, 'journal.jsonl'),
    reserve: join(path, 'reserve'),
    lock: join(path, 'lock'),
    status: join(path, 'status.json'),
    jobs: join(path, 'jobs'),
    run: join(path, 'run'),
    log: join(path, 'log'),
    data: join(path, 'data'),
  };
}

/**
 * Makes the folders. The top one can be passed through (0711), so that a script that runs as another user can be
 * opened by it; every file with a secret has mode 0600 of its own. Throws `denied`, `no-space`.
 */
export async function createStateFolder(folder: StateFolder): Promise<void> {
  const modes = [
    [folder.path, 0o711],
    [folder.run, 0o711],
    [folder.jobs, 0o700],
    [folder.log, 0o700],
    [folder.data, 0o700],
  ] as const;
  for (const [path, mode] of modes) {
    try {
      await mkdir(path, { recursive: true, mode });
      await chmod(path, mode);
    } catch (cause) {
      throw fileError(cause, path, 'created');
    }
  }
}
