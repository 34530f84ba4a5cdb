import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../contract/lib/errors.ts';
import { SCRIPT_LIMIT_BYTES } from '../../contract/model/operation.ts';
import { addCommand, type CommandContext, gather, wholeNumber, withCentre } from '../command.ts';
import { type JobOptions, startJob } from '../job-command.ts';
import { resolveTarget, type TargetOptions } from '../targets.ts';
import type { Terminal } from '../terminal.ts';

interface RunOptions extends JobOptions, TargetOptions {
  readonly script?: string;
  readonly interpreter?: string;
  readonly user?: string;
  readonly cwd?: string;
  readonly env?: string[];
  readonly timeout?: number;
}

/** Adds the ways to say which devices. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--tag <tag>', 'all linked devices with this tag')
    .option('--group <group>', 'all linked devices of this group')
    .option('--all', 'all linked devices of the site');
}

/** Adds how to wait for a job and how to show it. */
export function addJobOptions(command: Command): Command {
  return command
    .option('--no-wait', 'print the job’s id and do not wait for it')
    .option('--fold', 'wait, then show each different output once')
    .option('--raw', 'write exactly the bytes that devices printed, one device after the other')
    .option(
      '--deadline <seconds>',
      'give up on devices that did not take it by then',
      wholeNumber(1, 366 * 24 * 3600),
    );
}

/** `muster run TARGETS -- COMMAND` */
export function addRunCommand(program: Command, context: CommandContext): void {
  const command = addCommand(program, 'run [targets]', 'run a command or a script on devices')
    .usage('[TARGETS] [options] -- COMMAND …')
    .option(
      '--script <file>',
      'run the text of this file (- for standard input); words after -- are its arguments',
    )
    .option('--interpreter <program>', 'the program that runs it (default: /bin/sh)')
    .option('--user <name>', 'run as this user of the device')
    .option('--cwd <dir>', 'folder to run in')
    .option('--env <key=value>', 'set a variable; may be given several times', gather)
    .option(
      '--timeout <seconds>',
      'end it after this time; 0 for never (default: 600)',
      wholeNumber(0, 7 * 24 * 3600),
    )
    .addHelpText('after', '\nTARGETS: MAC[,MAC…] or names, --tag TAG, --group GROUP or --all.');
  addJobOptions(addTargetOptions(command)).action((text: string | undefined) =>
    withCentre<RunOptions>(context, command, async (connected) => {
      const { options, rest, terminal, fleet } = connected;
      const args = await shellArgs(options, rest, terminal);
      return startJob(connected, resolveTarget(text, options, fleet), 'shell.run', args);
    }),
  );
}

/** Like ssh: the words after -- are joined with blanks and given to the device's shell. */
async function shellArgs(
  options: RunOptions,
  rest: readonly string[] | undefined,
  terminal: Terminal,
): Promise<Record<string, unknown>> {
  const { script, interpreter, user, cwd, env, timeout } = options;
  const command = rest?.join(' ').trim() ?? '';
  if (script === undefined && command === '') {
    throw new AppError('invalid', 'Say what to run after two dashes: muster run --all -- uptime');
  }
  return {
    ...(script === undefined
      ? { command }
      : { script: await scriptText(script, terminal), arguments: rest ?? [] }),
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(user === undefined ? {} : { user }),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(env === undefined ? {} : { environment: Object.fromEntries(env.map(variable)) }),
    ...(timeout === undefined ? {} : { timeoutSec: timeout }),
  };
}

function variable(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new AppError('invalid', `“${text}” is not a variable. Write --env NAME=VALUE.`);
}

async function scriptText(file: string, terminal: Terminal): Promise<string> {
  const bytes = file === '-' ? await terminal.readInput(SCRIPT_LIMIT_BYTES) : await readScript(file);
  if (bytes.includes(0)) throw new AppError('invalid', `${file} is not a text: it holds zero bytes.`);
  if (bytes.length === 0) throw new AppError('invalid', `${file} is empty.`);
  return bytes.toString('utf8');
}

async function readScript(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r');
    const buffer = Buffer.alloc(SCRIPT_LIMIT_BYTES + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead <= SCRIPT_LIMIT_BYTES) return buffer.subarray(0, bytesRead);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid', `The script ${file} could not be read: ${reason}.`, undefined, {
      cause: error,
    });
  }
  throw new AppError('too-large', `The script ${file} has more than ${SCRIPT_LIMIT_BYTES} bytes.`);
}
