import type { ErrorCode } from '../contract/lib/errors.ts';
import { isFinal, type JobResult } from '../contract/model/job.ts';

/** What the exit code of `muster` tells a script; docs/cli.md has the same table. */
export const EXIT = {
  /** Done; for jobs: every device succeeded. */
  ok: 0,
  /** At least one device did not succeed, or a check found something wrong. */
  failed: 1,
  /** The command line or its input is wrong; nothing was done. */
  usage: 2,
  /** What could run succeeded; some devices are offline and get the job when they appear. */
  waiting: 3,
  /** No control centre runs, the connection to it was lost, or a broker cannot be reached. */
  noControlCentre: 4,
  /** The control centre refused: no right, no such thing, or it is in the way of something. */
  refused: 5,
  /** The control centre could not do it: full disk, time ran out, an error of its own. */
  broken: 6,
  /** Ctrl-C while waiting; the job goes on. */
  interrupted: 130,
  /** Whoever read the output went away. */
  brokenPipe: 141,
} as const;

const BY_ERROR: Record<ErrorCode, number> = {
  invalid: EXIT.usage,
  'too-large': EXIT.usage,
  offline: EXIT.noControlCentre,
  denied: EXIT.refused,
  'not-found': EXIT.refused,
  conflict: EXIT.refused,
  unsupported: EXIT.refused,
  incompatible: EXIT.refused,
  timeout: EXIT.broken,
  cancelled: EXIT.interrupted,
  'no-space': EXIT.broken,
  internal: EXIT.broken,
};

/** The exit code for a command that ended with an error. */
export function exitCodeOfError(code: ErrorCode): number {
  return BY_ERROR[code];
}

/** The exit code for a job: failure outweighs waiting. */
export function exitCodeOfResults(results: readonly Pick<JobResult, 'state'>[]): number {
  if (results.some(({ state }) => isFinal(state) && state !== 'succeeded')) return EXIT.failed;
  if (results.some(({ state }) => !isFinal(state))) return EXIT.waiting;
  return EXIT.ok;
}
