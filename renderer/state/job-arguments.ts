import { formatDuration } from '../../contract/lib/time.ts';
import type { OperationName } from '../../contract/model/operation.ts';

/** One argument of an operation, ready to be shown. `secret` values stay covered until someone asks. */
export interface ShownArgument {
  readonly label: string;
  readonly value: string;
  readonly secret: boolean;
}

const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|credential|api_?key|private|auth/i;
export const COVERED = '••••••••';

/** Whether the name of an environment variable says that its value is nobody's business. */
export function looksSecret(name: string): boolean {
  return SECRET_NAME.test(name) || /(^|_)(key|pw|pwd)$/i.test(name);
}

/** The command line or the script, which is shown on its own rather than among the arguments. */
export function programText(args: Record<string, unknown>): { text: string; isScript: boolean } | undefined {
  if (typeof args.command === 'string') return { text: args.command, isScript: false };
  if (typeof args.script === 'string') return { text: args.script, isScript: true };
  return undefined;
}

/** Everything an operation was given except its program text, in words; defaults that say nothing are left out. */
export function shownArguments(op: OperationName, args: Record<string, unknown>): ShownArgument[] {
  const shown: ShownArgument[] = [];
  const add = (label: string, value: unknown): void => {
    if (value === undefined || value === null || value === '') return;
    shown.push({ label, value: typeof value === 'string' ? value : JSON.stringify(value), secret: false });
  };
  if (op !== 'shell.run') {
    for (const [name, value] of Object.entries(args)) {
      if (name.endsWith('Sec') && typeof value === 'number') {
        add(words(name.slice(0, -3)), formatDuration(value * 1000));
      } else add(words(name), value);
    }
    return shown;
  }
  add('interpreter', args.interpreter === '/bin/sh' ? undefined : args.interpreter);
  if (Array.isArray(args.arguments) && args.arguments.length > 0) {
    add('arguments', args.arguments.map((argument) => quoteWord(String(argument))).join(' '));
  }
  add('working directory', args.workingDirectory);
  add('user', args.user);
  if (typeof args.timeoutSec === 'number') {
    add('time limit', args.timeoutSec === 0 ? 'none' : formatDuration(args.timeoutSec * 1000));
  }
  if (typeof args.environment === 'object' && args.environment !== null) {
    for (const [name, value] of Object.entries(args.environment)) {
      shown.push({ label: name, value: String(value), secret: looksSecret(name) });
    }
  }
  return shown;
}

/** The arguments with every secret-looking environment value covered: for reports that leave this machine. */
export function coverSecrets(args: Record<string, unknown>): Record<string, unknown> {
  const { environment } = args;
  if (typeof environment !== 'object' || environment === null) return args;
  const covered = Object.entries(environment).map(([name, value]) => [
    name,
    looksSecret(name) ? COVERED : value,
  ]);
  return { ...args, environment: Object.fromEntries(covered) };
}

/** A word as it must be typed in a shell. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `delaySec` without its unit: `delay`; `workingDirectory`: `working directory`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
