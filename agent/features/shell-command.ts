import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../contract/lib/errors.ts';
import type { ShellRunArgs } from '../../contract/model/operation.ts';
import { jobMarker } from '../jobs/recovery.ts';
import { fileError, systemErrorCode } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { findProgram, PROGRAM_PATH } from '../system/programs.ts';
import { findUser, type User } from '../system/users.ts';

/** Everything that is needed to start what a person asked for. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Record<string, string>;
  readonly owner: { uid: number; gid: number } | undefined;
  /** Removes the script's file. */
  cleanUp(): void;
}

/** Programs whose `-c` takes the script's own name as the next argument. */
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh', 'rbash']);

/** Resolves interpreter, user and folders. Throws `not-found`, `denied`, `no-space` with what is wrong. */
export async function prepareShellCommand(
  args: ShellRunArgs,
  options: { jobId: string; machine: Machine; runFolder: string; dataFolder: string },
): Promise<ShellCommand> {
  const { machine } = options;
  const user = await chosenUser(args.user, machine);
  const asOther = user !== undefined && user.uid !== process.getuid?.();
  const runner = user ?? (await findUser(machine, process.getuid?.() ?? 0));
  const environment: Record<string, string> = {
    PATH: PROGRAM_PATH,
    LANG: 'C.UTF-8',
    HOME: runner?.home ?? options.dataFolder,
    USER: runner?.name ?? machine.userName,
    LOGNAME: runner?.name ?? machine.userName,
    SHELL: runner?.shell ?? '/bin/sh',
    ...args.environment,
  };
  const [marker, markerValue] = jobMarker(options.runFolder, options.jobId);
  environment[marker] = markerValue;
  const interpreter = findProgram(args.interpreter, environment.PATH);
  if (interpreter === undefined) {
    throw new AppError(
      'not-found',
      `There is no interpreter “${args.interpreter}” on this device. Install it, or choose another one.`,
    );
  }
  const workingDirectory = args.workingDirectory ?? defaultFolder(runner, asOther, options.dataFolder);
  requireFolder(workingDirectory);
  const owner = asOther && user ? { uid: user.uid, gid: user.gid } : undefined;
  const script = args.script === undefined ? undefined : writeScript(options, args.script, owner);
  const interpreterArgs =
    script !== undefined
      ? [script, ...args.arguments]
      : ['-c', args.command ?? '', ...commandArguments(interpreter, args.arguments)];
  const prefix = asOther && user ? becomeUser(user) : [];
  const [program = interpreter, ...rest] = [...prefix, interpreter, ...interpreterArgs];
  return {
    program,
    args: rest,
    workingDirectory,
    environment,
    owner,
    cleanUp() {
      if (script !== undefined) rmSync(script, { force: true });
    },
  };
}

async function chosenUser(name: string | undefined, machine: Machine): Promise<User | undefined> {
  if (name === undefined) return undefined;
  const user = await findUser(machine, name);
  if (!user) throw new AppError('not-found', `There is no user “${name}” on this device.`);
  if (user.uid !== process.getuid?.() && !machine.isRoot) {
    throw new AppError(
      'denied',
      `The agent runs as “${machine.userName}” and cannot run a command as “${name}”. Run the agent as root for that.`,
    );
  }
  return user;
}

/** setpriv also sets the user's further groups, which Node's own `uid` and `gid` would drop. */
function becomeUser(user: User): string[] {
  const setpriv = findProgram('setpriv');
  if (setpriv === undefined)
    throw new AppError(
      'unsupported',
      'This device has no setpriv, which running as another user needs. Install util-linux.',
    );
  return [setpriv, '--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups', '--'];
}

function commandArguments(interpreter: string, given: readonly string[]): string[] {
  if (given.length === 0) return [];
  const name = basename(interpreter);
  return SHELLS.has(name) ? [name, ...given] : [...given];
}

function defaultFolder(runner: User | undefined, asOther: boolean, dataFolder: string): string {
  if (runner && isFolder(runner.home)) return runner.home;
  return asOther ? '/' : dataFolder;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

function requireFolder(path: string): void {
  if (!path.startsWith('/'))
    throw new AppError('invalid', `The working directory “${path}” must begin with “/”.`);
  let folder: boolean;
  try {
    folder = statSync(path).isDirectory();
  } catch (cause) {
    throw fileError(cause, `The working directory “${path}”`, 'opened');
  }
  if (!folder) throw new AppError('invalid', `The working directory “${path}” is not a folder.`);
}

function writeScript(
  { jobId, runFolder }: { jobId: string; runFolder: string },
  text: string,
  owner: { uid: number; gid: number } | undefined,
): string {
  const path = join(runFolder, `script-${jobId}`);
  try {
    mkdirSync(runFolder, { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode: 0o700, flag: 'wx' });
    if (owner) chownSync(path, owner.uid, owner.gid);
  } catch (cause) {
    rmSync(path, { force: true });
    throw fileError(cause, path, 'written');
  }
  return path;
}
