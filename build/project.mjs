import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// These scripts run before anything is installed, under whatever Node the machine has (20 or newer).
// They therefore use no dependency and no TypeScript.

/** The checkout's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The folder in which the person typed the command: npm itself changes to the top folder. */
export function callerFolder() {
  const { npm_lifecycle_event: underNpm, INIT_CWD: folder } = process.env;
  return underNpm && folder && existsSync(folder) ? folder : process.cwd();
}

/**
 * The Node 24 that the project installs for itself, or this process's own when that is new enough.
 * Throws a sentence to act on when there is neither.
 */
export function projectNode() {
  const installed = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Muster needs Node 24; this is ${process.version} and node_modules has none. ` +
      'Run "npm ci" (with its install scripts allowed) or install Node 24.',
  );
}

/**
 * Runs a script's main function; an error becomes one line on standard error and exit code 1.
 * @param {() => Promise<number>} main resolves with the exit code
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
