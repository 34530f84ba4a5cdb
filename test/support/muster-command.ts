import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli/muster.js', import.meta.url));

/** How a run of the built `muster` ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The built `muster` on a data folder, as a process of its own. */
export function spawnMusterCommand(
  dataFolder: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  if (!existsSync(program)) throw new Error(`${join('dist', 'cli')} is missing: run npm run build first.`);
  const env = { ...process.env, MUSTER_DATA: dataFolder };
  return spawn(process.execPath, [program, ...args], { env });
}

/** Runs the built `muster` to its end. */
export function runMusterCommand(
  dataFolder: string,
  args: readonly string[],
  input = '',
): Promise<CommandEnd> {
  return endOfCommand(spawnMusterCommand(dataFolder, args), input);
}

export function endOfCommand(child: ChildProcessWithoutNullStreams, input = ''): Promise<CommandEnd> {
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => {
    stderr += part;
  });
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  });
}
