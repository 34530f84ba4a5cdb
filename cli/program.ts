import { Command, CommanderError } from 'commander';
import { type ErrorBody, toErrorBody } from '../contract/lib/errors.ts';
import manifest from '../package.json' with { type: 'json' };
import { addCommonOptions, type CommandContext } from './command.ts';
import { addControlCentreCommands } from './commands/control-centre.ts';
import { addDeviceCommands } from './commands/devices.ts';
import { addEnrolCommand } from './commands/enrol.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addOperationCommands } from './commands/operations.ts';
import { addRunCommand } from './commands/run.ts';
import { addSiteCommands } from './commands/sites.ts';
import type { Environment } from './config.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const EXIT_CODES = `
Exit codes:
  0    done; for jobs: every device succeeded
  1    at least one device did not succeed, or a check found something wrong
  2    wrong arguments or input; nothing was done
  3    some devices are offline and get the job when they appear; the others succeeded
  4    no control centre runs, the connection to it was lost, or the broker named cannot be reached
  5    refused: no right, no such thing, or in conflict with something
  6    the control centre could not do it: disk full, time ran out, an error of its own
  130  interrupted; a job goes on`;

/** Runs one command line; returns the exit code. `args` are the words after the program's name. */
export async function runCommandLine(
  args: readonly string[],
  { terminal, environment }: { terminal: Terminal; environment: Environment },
): Promise<number> {
  const dashes = args.indexOf('--');
  const own = dashes === -1 ? args : args.slice(0, dashes);
  const rest = dashes === -1 ? undefined : args.slice(dashes + 1);
  const context: CommandContext = { terminal, environment, rest, exitCode: EXIT.ok };
  const said: { out: string; err: string } = { out: '', err: '' };
  const program = buildProgram(context, said);
  try {
    await program.parseAsync([...own], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const body: ErrorBody =
      error instanceof CommanderError
        ? { code: 'invalid', message: usageSentence(said.err) }
        : toErrorBody(error);
    // Scripts read the error where they read the result; people get the sentence either way.
    if (own.includes('--json')) await terminal.out(`${JSON.stringify({ error: body })}\n`);
    if (!(error instanceof CommanderError)) said.err = `muster: ${body.message}\n`;
    return exitCodeOfError(body.code);
  } finally {
    if (said.out) await terminal.out(said.out);
    if (said.err) await terminal.err(said.err);
  }
}

/** Commander's own words without its prefix; the help itself where only a subcommand is missing. */
function usageSentence(text: string): string {
  const [first = ''] = text.split('\n');
  return first.startsWith('error: ')
    ? first.slice('error: '.length)
    : 'Say what to do: muster --help lists the commands.';
}

function buildProgram(context: CommandContext, said: { out: string; err: string }): Command {
  const program = new Command('muster');
  addCommonOptions(program)
    .description('Command a fleet of Linux devices through the running Muster control centre.')
    .version(manifest.version)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help for more)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said.out += text;
      },
      writeErr: (text) => {
        said.err += text;
      },
    });
  addControlCentreCommands(program, context);
  addSiteCommands(program, context);
  addEnrolCommand(program, context);
  addDeviceCommands(program, context);
  addRunCommand(program, context);
  addJobCommands(program, context);
  addOperationCommands(program, context);
  return program;
}
