import type { z } from 'zod';
import { ShellRunArgs } from '../../../contract/model/operation.ts';

/** What the person has chosen beside the command itself; texts as they were typed. */
export interface CommandOptions {
  readonly interpreter: string;
  readonly user: string;
  readonly workingDirectory: string;
  /** Seconds; 0 means that nothing ends it. */
  readonly timeoutSec: number;
}

export const DEFAULT_OPTIONS: CommandOptions = {
  interpreter: '/bin/sh',
  user: '',
  workingDirectory: '',
  timeoutSec: 600,
};

export type CommandCheck =
  | { readonly ok: true; readonly args: ShellRunArgs }
  | { readonly ok: false; readonly problem: string };

/** The arguments of `shell.run`, or what is wrong with them as a sentence. Defaults are left to the operation. */
export function commandArgs(command: string, options: CommandOptions): CommandCheck {
  const text = (value: string): string | undefined => (value.trim() === '' ? undefined : value.trim());
  const result = ShellRunArgs.safeParse({
    command,
    interpreter: text(options.interpreter),
    user: text(options.user),
    workingDirectory: text(options.workingDirectory),
    timeoutSec: options.timeoutSec,
  });
  if (result.success) return { ok: true, args: result.data };
  return { ok: false, problem: problemOf(result.error) };
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const field = issue?.path[0];
  if (field === 'command') return 'Type a command of at most 128 KiB.';
  if (field === 'user') return `The user cannot be right: ${issue?.message}.`;
  if (field === 'timeoutSec') return 'The time limit must be between 0 and 604800 seconds.';
  return issue ? `${String(field)}: ${issue.message}` : 'This cannot be run.';
}

/** The options in a few words, for the fold's summary: `as pi in /srv, bash, 10 min`. */
export function optionsSummary(options: CommandOptions): string {
  const parts = [
    options.interpreter.trim() || DEFAULT_OPTIONS.interpreter,
    options.user.trim() === '' ? 'as the agent’s user' : `as ${options.user.trim()}`,
    options.workingDirectory.trim() === '' ? '' : `in ${options.workingDirectory.trim()}`,
    options.timeoutSec === 0 ? 'no time limit' : `ended after ${timeWords(options.timeoutSec)}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function timeWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
