import './web-crypto.ts';
import process from 'node:process';
import { AppError } from '../contract/lib/errors.ts';
import { EXIT, HELP, parseCommandLine } from './command-line.ts';
import { join } from './commands/join.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { AGENT_VERSION } from './version.ts';

/** Returns the exit code. Throws AppError with its sentence. */
async function main(args: readonly string[]): Promise<number> {
  const line = parseCommandLine(args);
  switch (line.command) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.ok;
    case 'version':
      process.stdout.write(`${AGENT_VERSION}\n`);
      return EXIT.ok;
    case 'join':
      process.stdout.write(`${await join(line)}\n`);
      return EXIT.ok;
    case 'status': {
      const { text, exitCode } = await status(line);
      process.stdout.write(`${text}\n`);
      return exitCode;
    }
    case 'run':
      return run(line);
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof AppError)) return EXIT.failed;
  const given = error.data?.exitCode;
  if (typeof given === 'number') return given;
  return error.code === 'invalid' ? EXIT.usage : EXIT.failed;
}

// Node 18 and 20 call Ed25519 in Web Crypto experimental: nothing that a person at a device can do anything about.
process.removeAllListeners('warning');

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const sentence = error instanceof Error ? error.message : String(error);
    process.stderr.write(`muster-agent: ${sentence}\n`);
    process.exit(exitCodeOf(error));
  },
);
