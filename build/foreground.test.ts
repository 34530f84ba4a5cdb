import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const foreground = fileURLToPath(new URL('foreground.mjs', import.meta.url));
const started: ChildProcess[] = [];

/** Starts a wrapper process that runs `program` (Node source) in the foreground and exits with its code. */
function startWrapper(program: string, options = '{}') {
  const wrapper = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { runForeground } from ${JSON.stringify(foreground)};
       process.exitCode = await runForeground(process.execPath, ['-e', ${JSON.stringify(program)}], ${options});`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  started.push(wrapper);
  const output = { stdout: '', stderr: '' };
  wrapper.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  wrapper.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return { wrapper, output, said: (text: string) => untilSaid(wrapper, output, text) };
}

async function untilSaid(wrapper: ChildProcess, output: { stdout: string }, text: string) {
  while (!output.stdout.includes(text)) await once(wrapper.stdout ?? wrapper, 'data');
}

async function exitCodeOf(wrapper: ChildProcess) {
  if (wrapper.exitCode === null && wrapper.signalCode === null) await once(wrapper, 'close');
  return wrapper.exitCode;
}

/** False also for a process that has ended and that nobody has waited for. */
function isRunning(pid: number) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && readFileSync(stat, 'utf8').includes(') Z '));
}

async function untilGone(pid: number) {
  await expect.poll(() => isRunning(pid), { timeout: 5_000, interval: 20 }).toBe(false);
}

afterEach(() => {
  for (const wrapper of started.splice(0)) wrapper.kill('SIGKILL');
});

const untilSigterm = `
  process.once('SIGTERM', () => setTimeout(() => { console.log('stopped'); process.exit(7); }, 100));
  setInterval(() => {}, 1000);
  console.log('ready ' + process.pid);`;

describe('a program in the foreground', () => {
  it('gets the SIGTERM that its wrapper gets, is waited for, and its exit code is passed on', async () => {
    const { wrapper, output, said } = startWrapper(untilSigterm);
    await said('ready');
    wrapper.kill('SIGTERM');
    expect(await exitCodeOf(wrapper)).toBe(7);
    expect(output.stdout).toContain('stopped');
  });

  it('makes the wrapper exit with 128 and the signal when a signal ended it', async () => {
    const { wrapper, said } = startWrapper("console.log('ready'); setInterval(() => {}, 1000);");
    await said('ready');
    wrapper.kill('SIGTERM');
    expect(await exitCodeOf(wrapper)).toBe(143);
  });

  it('writes to standard error alone when standard output belongs to what runs later', async () => {
    const { wrapper, output } = startWrapper("console.log('noise')", "{ output: 'stderr' }");
    expect(await exitCodeOf(wrapper)).toBe(0);
    expect(output).toEqual({ stdout: '', stderr: 'noise\n' });
  });

  it('sees its leash torn when the wrapper is killed with SIGKILL', async () => {
    const { wrapper, output, said } = startWrapper(
      "process.once('disconnect', () => process.exit(0)); console.log('ready ' + process.pid + '.');",
      '{ leash: true }',
    );
    await said('.');
    const pid = Number(/ready (\d+)/.exec(output.stdout)?.[1]);
    expect(isRunning(pid)).toBe(true);
    wrapper.kill('SIGKILL');
    await untilGone(pid);
  });

  it('is ended when it takes longer than it may', async () => {
    const { wrapper } = startWrapper('setInterval(() => {}, 1000);', '{ timeoutMs: 50 }');
    expect(await exitCodeOf(wrapper)).toBe(143);
  });

  it('that does not exist is reported with its name', async () => {
    const { runForeground } = await import('./foreground.mjs');
    await expect(runForeground('/nowhere/muster', [])).rejects.toThrow(
      '/nowhere/muster could not be started',
    );
  });
});
