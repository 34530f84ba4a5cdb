import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { runForeground } from './foreground.mjs';

/** What the tests use of the machine: a program, Debian's package that brings it, and what goes untested without. */
const tools = [
  { program: 'mosquitto', debianPackage: 'mosquitto', use: 'tests against a real Mosquitto broker' },
  { program: 'mosquitto_pub', debianPackage: 'mosquitto-clients', use: 'tests with Mosquitto’s own clients' },
  { program: 'chromium', debianPackage: 'chromium', use: 'browser tests' },
];

/**
 * Installs the programs that the tests need and the machine lacks, where that is allowed (root on Debian).
 * @returns {Promise<string[]>} a sentence for each program that is still missing
 */
export async function ensureTestTools() {
  const missing = tools.filter(({ program }) => !isOnPath(program));
  if (missing.length === 0) return [];
  const refusal = whyNotInstall();
  if (refusal === undefined) await aptInstall(missing.map(({ debianPackage }) => debianPackage));
  return missing
    .filter(({ program }) => !isOnPath(program))
    .map(
      ({ program, debianPackage, use }) =>
        `${use}: ${program} is not installed and ${refusal ?? 'apt-get could not install it'} ` +
        `(Debian: sudo apt-get install ${debianPackage})`,
    );
}

/** @param {string} program */
function isOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function whyNotInstall() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'this is not Debian';
  if (process.getuid?.() !== 0) return 'only root may install it';
  return undefined;
}

/** @param {string[]} packages */
async function aptInstall(packages) {
  process.stderr.write(`muster: installing ${packages.join(', ')} with apt-get …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lockWait = ['-o', 'DPkg::Lock::Timeout=120'];
  const updated = await runForeground('apt-get', [...lockWait, '-qq', 'update'], { env, output: 'stderr' });
  if (updated !== 0)
    process.stderr.write('muster: "apt-get update" failed; trying with the lists at hand.\n');
  await runForeground(
    'apt-get',
    [...lockWait, '-qq', '-y', '--no-install-recommends', 'install', ...packages],
    {
      env,
      output: 'stderr',
    },
  );
  if (packages.includes('mosquitto')) stopDistributionBroker();
}

/** Debian starts a broker for everybody on port 1883; the tests start their own and must not depend on it. */
function stopDistributionBroker() {
  const command = existsSync('/run/systemd/system')
    ? ['systemctl', 'disable', '--now', 'mosquitto.service']
    : ['service', 'mosquitto', 'stop'];
  spawnSync(command[0] ?? '', command.slice(1), { stdio: 'ignore' });
}
