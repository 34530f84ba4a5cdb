import { type Command, InvalidArgumentError } from 'commander';
import type { Environment } from './config.ts';
import { type ControlCentre, connect } from './control-centre.ts';
import { EXIT } from './exit-code.ts';
import type { Fleet } from './targets.ts';
import type { Terminal } from './terminal.ts';

/** What every command has to work with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** The words after `--`: what devices are to run. */
  readonly rest: readonly string[] | undefined;
  /** What the process will end with. */
  exitCode: number;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly data?: string;
  readonly site?: string;
  readonly json?: boolean;
}

/** What the action of a command that needs the control centre gets. */
export interface Connected<Options> {
  readonly centre: ControlCentre;
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly rest: readonly string[] | undefined;
  readonly options: Options & CommonOptions;
  readonly fleet: Fleet;
}

/** Adds the options that every command takes, before or after its name. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder of the control centre (default: the user’s own, or MUSTER_DATA)')
    .option('--site <name|id>', 'the site, where there are several')
    .option('--json', 'one JSON document a line on standard output');
}

/** A subcommand with the common options. */
export function addCommand(parent: Command, nameAndArguments: string, description: string): Command {
  return addCommonOptions(parent.command(nameAndArguments).description(description));
}

/** Connects, acts and disconnects; what the action returns becomes the exit code (nothing: 0). */
export async function withCentre<Options extends object>(
  context: CommandContext,
  command: Command,
  action: (connected: Connected<Options>) => Promise<number | undefined>,
): Promise<void> {
  const options = command.optsWithGlobals<Options & CommonOptions>();
  const { terminal, environment, rest } = context;
  const centre = await connect(options.data ?? environment.dataFolder);
  try {
    const fleet = { sites: [...centre.sites.values()], devices: centre.devices() };
    context.exitCode = (await action({ centre, terminal, environment, rest, options, fleet })) ?? EXIT.ok;
  } finally {
    centre.close();
  }
}

/** One JSON document in a line of its own. */
export async function writeJson(terminal: Terminal, document: unknown): Promise<void> {
  await terminal.out(`${JSON.stringify(document)}\n`);
}

/** An option's parser for whole numbers in a range. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
  };
}

/** An option's parser for numbers with decimals in a range. */
export function decimalNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Give a number from ${minimum} to ${maximum}.`);
  };
}

/** An option's parser that gathers what is given several times. */
export function gather(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
