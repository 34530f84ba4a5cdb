import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runForeground } from './foreground.mjs';
import { root } from './project.mjs';

/**
 * Says whether node_modules is what the lock file asks for. npm writes node_modules/.package-lock.json last,
 * so an install that was cut short counts as missing.
 * @param {string} folder the checkout to look at
 */
export function isInstalled(folder) {
  const wanted = readLock(join(folder, 'package-lock.json'));
  const present = readLock(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or damaged: restore it from the repository.');
  if (!present) return false;
  return Object.entries(wanted.packages).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const found = present.packages[path];
    return found ? found.version === version : Boolean(optional || devOptional || peer);
  });
}

/** Installs the packages of the lock file when they are missing or others; npm's own words go to standard error. */
export async function ensureInstalled() {
  if (isInstalled(root)) return;
  process.stderr.write('muster: installing npm packages …\n');
  // Without warnings: packages for Electron complain about the Node that only runs the installer.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith('js')
    ? await runForeground(process.execPath, [npm, ...args], { cwd: root, output: 'stderr' })
    : await runForeground('npm', args, { cwd: root, output: 'stderr', shell: process.platform === 'win32' });
  if (code !== 0)
    throw new Error(`"npm ci" failed with exit code ${code}: see its message above, then try again.`);
}

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @param {string} file
 * @returns {{ packages: Record<string, LockedPackage> } | undefined}
 */
function readLock(file) {
  try {
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    return typeof lock?.packages === 'object' ? lock : undefined;
  } catch {
    return undefined; // absent and unreadable mean the same here: not installed
  }
}
