import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { openSocketPort } from '../../cli/web-socket-port.ts';
import { createRpcClient, type RpcClient } from '../../contract/rpc/client.ts';
import type { CallInput, CallName, CallOutput } from '../../contract/rpc/contract.ts';
import { CONTROL_FILE_NAME, ControlFile } from '../../contract/rpc/control-file.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { until } from './poll.ts';

const HEADLESS = fileURLToPath(new URL('../../electron/headless.ts', import.meta.url));
const START_MS = 30_000;

export interface ControlProcessOptions {
  /** A temporary folder unless one is given. */
  data?: string;
  args?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

/** How a control centre that does not become ready ended. */
export interface FailedStart {
  readonly code: number | null;
  readonly stderr: string;
}

/** A real control centre as a process of its own, and an interface that is connected to it. */
export interface ControlProcess {
  readonly data: string;
  readonly pid: number;
  readonly mirror: Mirror;
  readonly rpc: RpcClient;
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  stderr(): string;
  /** Starts it again on the same folder and connects to it. */
  start(): Promise<void>;
  kill9(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export async function startControlCentre(options: ControlProcessOptions = {}): Promise<ControlProcess> {
  const control = createControlProcess(options);
  try {
    await control.start();
  } catch (error) {
    await control.remove();
    throw error;
  }
  return control;
}

/** For a start that is expected to fail: answers how it ended. */
export async function failToStart(options: ControlProcessOptions & { data: string }): Promise<FailedStart> {
  const { child, stderr } = spawnHeadless(options.data, options);
  child.stdout?.resume();
  try {
    await until(() => hasEnded(child), 'a control centre that cannot start to end', START_MS);
  } finally {
    child.kill('SIGKILL');
  }
  return { code: child.exitCode, stderr: stderr() };
}

function createControlProcess(options: ControlProcessOptions): ControlProcess {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'muster-control-'));
  const mirror = createMirror();
  let running: { child: ChildProcess; stderr(): string; rpc: RpcClient | undefined } | undefined;

  async function start(): Promise<void> {
    const { child, stderr } = spawnHeadless(data, options);
    const current: typeof running = { child, stderr, rpc: undefined };
    running = current;
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    await until(
      () => {
        if (hasEnded(child)) throw new Error(`The control centre ended with ${child.exitCode}: ${stderr()}`);
        return stdout.includes('\n');
      },
      'the control centre to be ready',
      START_MS,
    );
    current.rpc = await connectTo(data);
    await mirror.follow(current.rpc);
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = running;
    if (!ending) return null;
    ending.rpc?.close();
    if (!hasEnded(ending.child)) ending.child.kill(signal);
    await until(() => hasEnded(ending.child), 'the control centre to end', 15_000);
    return ending.child.exitCode;
  }

  const rpc = (): RpcClient => {
    if (running?.rpc) return running.rpc;
    throw new Error('The control centre is not running.');
  };
  return {
    data,
    mirror,
    get pid() {
      return running?.child.pid ?? 0;
    },
    get rpc() {
      return rpc();
    },
    call: (name, input) => rpc().call(name, input),
    stderr: () => running?.stderr() ?? '',
    start,
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    async remove() {
      await end('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function spawnHeadless(data: string, options: ControlProcessOptions) {
  const args = [
    '--headless',
    '--no-open',
    '--json',
    '--no-announce',
    '--data',
    data,
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', HEADLESS, ...args], {
    // It ends when this channel breaks, so also when the test program is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.environment },
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-100_000);
  });
  return { child, stderr: () => stderr };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** As the command line does: through the control file of the data folder. */
export async function connectTo(data: string): Promise<RpcClient> {
  const file = ControlFile.parse(JSON.parse(readFileSync(join(data, CONTROL_FILE_NAME), 'utf8')));
  const port = await openSocketPort({ url: file.url, token: file.token, timeoutMs: 10_000 });
  return createRpcClient(port, (error) => {
    throw error;
  });
}
