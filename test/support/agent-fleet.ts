import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { until } from './poll.ts';

const BUILT = fileURLToPath(new URL('../../dist/agent/muster-agent.cjs', import.meta.url));
const SOURCE = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
/** Joining is mostly a program's start, so more at once than there are processors gains little. */
const JOINING_AT_ONCE = 4;

/** One real agent process with a state folder of its own. */
export interface FleetAgent {
  readonly mac: string;
  /** For the test's own files; the agent's state lies in `state` inside. */
  readonly folder: string;
  readonly state: string;
  readonly running: boolean;
  run(): void;
  /** What it printed, newest last. */
  log(): string;
  kill9(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** Real agents, each in a folder of its own, that all came in with one enrolment. */
export interface AgentFleet {
  readonly agents: readonly FleetAgent[];
  agent(mac: string): FleetAgent;
  runAll(): void;
  /** Ends all and removes their folders. */
  remove(): Promise<void>;
}

/** As joined devices; `runAll` starts them. The built agent where there is one: it starts faster than the sources. */
export async function joinAgents(options: {
  enrolment: EnrolmentFile;
  macs: readonly string[];
}): Promise<AgentFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-agents-'));
  const file = join(folder, 'site.muster');
  writeFileSync(file, JSON.stringify(options.enrolment), { mode: 0o600 });
  const agents = options.macs.map((mac) => createAgent(join(folder, mac), mac));
  const waiting = [...agents];
  const joinNext = async (): Promise<void> => {
    for (let agent = waiting.pop(); agent; agent = waiting.pop()) {
      const { code, stderr } = await runAgent(['join', file, '--state', agent.state, '--mac', agent.mac]);
      if (code !== 0) throw new Error(`Agent ${agent.mac} could not join (${code}): ${stderr}`);
    }
  };
  const remove = async (): Promise<void> => {
    await Promise.all(agents.map((agent) => agent.kill9()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(Array.from({ length: JOINING_AT_ONCE }, joinNext));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    agents,
    agent(mac) {
      const found = agents.find((agent) => agent.mac === mac);
      if (!found) throw new Error(`There is no agent ${mac}.`);
      return found;
    },
    runAll() {
      for (const agent of agents) agent.run();
    },
    remove,
  };
}

/** Runs the agent's program to its end. */
export async function runAgent(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [program(), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await until(() => child.exitCode !== null || child.signalCode !== null, 'an agent to end', 60_000);
  return { code: child.exitCode, stderr };
}

const program = (): string => (existsSync(BUILT) ? BUILT : SOURCE);

/** The agent of a state folder that exists or will be made by joining. */
export function createAgent(folder: string, mac: string): FleetAgent {
  mkdirSync(folder, { recursive: true });
  const state = join(folder, 'state');
  let child: ChildProcess | undefined;
  let log = '';
  const ended = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!ended()) child?.kill(signal);
    await until(ended, `the agent ${mac} to end`, 15_000);
    return child?.exitCode ?? null;
  }

  return {
    mac,
    folder,
    state,
    get running() {
      return !ended();
    },
    log: () => log,
    run() {
      // It ends with its standard input, so also when this program is killed.
      const next = spawn(process.execPath, [program(), 'run', '--state', state, '--attended'], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      next.stdin.on('error', () => undefined);
      for (const stream of [next.stdout, next.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          log = (log + chunk.toString()).slice(-20_000);
        });
      }
      child = next;
    },
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
