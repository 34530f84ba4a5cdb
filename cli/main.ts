import { readEnvironment } from './config.ts';
import { EXIT } from './exit-code.ts';
import { runCommandLine } from './program.ts';
import { createProcessTerminal } from './terminal.ts';

// Whoever reads the output may go away (`muster devices | head`); that is no failure to report.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.brokenPipe : EXIT.broken);
  });
}

const environment = readEnvironment();
const terminal = createProcessTerminal(environment.wantsColour);
process.exitCode = await runCommandLine(process.argv.slice(2), { terminal, environment });
