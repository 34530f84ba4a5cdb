import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { AppError } from '../../contract/lib/errors.ts';
import { systemErrorCode } from './files.ts';
import type { OutputPipes, PipePair } from './pipes.ts';
import type { Processes } from './processes.ts';

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A program that leads a process group of its own. */
export interface GroupProcess {
  readonly pid: number;
  /** When the program itself has ended. */
  readonly exited: Promise<ProcessEnd>;
  /** When nothing holds its output any more: also its children have closed it. */
  readonly outputEnded: Promise<void>;
  /** What is printed from now on by processes left behind is thrown away, so that they go on undisturbed. */
  stopListening(): void;
}

export interface GroupOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly pipes: OutputPipes;
  /** Whom the pipes belong to, so that the program can open /dev/stdout itself. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/** Starts a program in a new session. Throws `not-found`, `denied`, `too-large`, `invalid`. */
export async function spawnGroup(options: GroupOptions): Promise<GroupProcess> {
  const pair = await options.pipes.open(options.owner);
  let child: ChildProcess;
  try {
    child = spawn(options.program, [...options.args], {
      cwd: options.workingDirectory,
      env: { ...options.environment },
      stdio: ['ignore', pair.stdout.writeFd, pair.stderr.writeFd],
      detached: true,
    });
  } catch (cause) {
    pair.release();
    throw spawnError(cause, options.program);
  } finally {
    closeSync(pair.stdout.writeFd);
    closeSync(pair.stderr.writeFd);
  }
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      pair.release();
      reject(spawnError(cause, options.program));
    });
  });
  if (child.pid === undefined) throw new AppError('internal', `${options.program} has no process number.`);
  return { pid: child.pid, exited, ...listen(pair, options) };
}

function listen(pair: PipePair, options: GroupOptions): Pick<GroupProcess, 'outputEnded' | 'stopListening'> {
  let listening = true;
  const ended = (socket: Socket, stream: 'stdout' | 'stderr'): Promise<void> =>
    new Promise((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        if (listening) options.onOutput(stream, chunk);
      });
      socket.once('error', () => socket.destroy()); // reading failed: nothing more can come
      socket.once('close', () => resolve());
    });
  const outputEnded = Promise.all([
    ended(pair.stdout.reader, 'stdout'),
    ended(pair.stderr.reader, 'stderr'),
  ]).then(() => pair.release());
  return {
    outputEnded,
    stopListening() {
      listening = false;
      pair.stdout.reader.unref();
      pair.stderr.reader.unref();
    },
  };
}

function spawnError(cause: unknown, program: string): AppError {
  const options = { cause };
  switch (systemErrorCode(cause)) {
    case 'ENOENT':
      return new AppError('not-found', `${program} was not found on this device.`, undefined, options);
    case 'EACCES':
    case 'EPERM':
      return new AppError('denied', `${program} may not be run.`, undefined, options);
    case 'ENOEXEC':
      return new AppError('invalid', `${program} is not a program for this device.`, undefined, options);
    case 'E2BIG':
      return new AppError(
        'too-large',
        'The command with its arguments and environment is too long for the system. Send it as a script.',
        undefined,
        options,
      );
    case 'ERR_INVALID_ARG_VALUE':
      return new AppError('invalid', 'A command may not hold a NUL character.', undefined, options);
    case 'EAGAIN':
    case 'ENOMEM':
    case 'EMFILE':
      return new AppError(
        'no-space',
        `${program} could not be started: the device has no memory or process left for it.`,
        undefined,
        options,
      );
    default:
      return new AppError(
        'internal',
        `${program} could not be started: ${cause instanceof Error ? cause.message : String(cause)}.`,
        undefined,
        options,
      );
  }
}

const POLL_MS = 50;

/**
 * Ends a whole process group: SIGTERM, and SIGKILL for what is left after the grace time. Settles with false when
 * something of it could not be ended.
 */
export async function endGroup(processes: Processes, groupId: number, graceMs: number): Promise<boolean> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));
  try {
    if (!processes.signalGroup(groupId, 'SIGTERM')) return true;
    for (let waitedMs = 0; waitedMs < graceMs; waitedMs += POLL_MS) {
      await pause();
      if (!processes.groupRuns(groupId)) return true;
    }
    processes.signalGroup(groupId, 'SIGKILL');
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') throw error;
    return false; // processes of another user, such as those of sudo, under an agent that is not root
  }
  for (let waitedMs = 0; waitedMs < 1_000; waitedMs += POLL_MS) {
    if (!processes.groupRuns(groupId)) return true;
    await pause();
  }
  return !processes.groupRuns(groupId);
}
