import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/** @type {Record<'inherit' | 'stderr' | 'none', [output: 'inherit' | 'ignore' | 2, errors: 'inherit' | 'ignore' | 2]>} */
const streams = { inherit: ['inherit', 'inherit'], stderr: [2, 2], none: ['ignore', 'ignore'] };

const parentWatchMs = 500;

/**
 * Runs a program in the foreground, waits for it and gives its exit code (128 + n when signal n ended it).
 * Signals that reach this process are handed on, so that whoever stops the wrapper stops the program.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {'inherit' | 'stderr' | 'none'} [options.output] 'stderr' keeps standard output clean for what runs later
 * @param {boolean} [options.leash] a channel to a Node program: it sees 'disconnect' when this process dies,
 *   however hard
 * @param {boolean} [options.shell]
 * @param {number} [options.timeoutMs] ends the program with SIGTERM after this time
 * @returns {Promise<number>}
 */
export function runForeground(command, args, options = {}) {
  const { cwd, env = process.env, output = 'inherit', leash = false, shell = false, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = ['inherit', ...streams[output]];
    if (leash) stdio.push('ipc');
    const child = spawn(command, args, { cwd, env, shell, timeout: timeoutMs, stdio });
    const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // Ctrl+C at a terminal goes to the whole process group: the program has had it already.
      if (!(signal === 'SIGINT' && onTerminal)) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);
    const parent = process.ppid;
    // npm that is killed with SIGKILL passes nothing on. Outside of npm, a parent that ends means nothing:
    // whoever leaves a program in the background of a shell wants it to stay.
    const parentWatch = process.env.npm_lifecycle_event
      ? setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), parentWatchMs)
      : undefined;
    const release = () => {
      clearInterval(parentWatch);
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      release();
      reject(new Error(`${command} could not be started: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      release();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
