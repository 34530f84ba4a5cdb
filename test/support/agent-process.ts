import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { until } from './poll.ts';
import type { TestSite } from './test-console.ts';

/** Stripping types and compiling takes most of a start: done once for all agents of all tests. */
const environment = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'muster-test-compile-cache') };

const ENTRY = new URL('../../agent/main.ts', import.meta.url).pathname;

export interface AgentProgram {
  readonly node: string;
  readonly args: readonly string[];
}

/** The agent's sources, run by the Node that runs the tests. */
export const agentSources: AgentProgram = { node: process.execPath, args: [ENTRY] };

/** An enrolment file for a broker without accounts of its own, such as Mosquitto. */
export function sharedEnrolment(
  site: TestSite,
  brokerUrls: string[],
  more: Partial<EnrolmentFile> = {},
): EnrolmentFile {
  return {
    muster: 2,
    siteId: site.id,
    siteName: 'Test site',
    sitePublicKey: site.key.publicKey,
    rootTopic: 'iotm-sys',
    brokerUrls,
    login: 'shared',
    tokenId: 'token1234',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...more,
  };
}

export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the agent's program to its end. */
export function runAgentProgram(
  args: readonly string[],
  program: AgentProgram = agentSources,
): Promise<ProgramEnd> {
  const child = spawn(program.node, [...program.args, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end: ProgramEnd = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    end.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    end.stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ ...end, code, signal }));
  });
}

/** A real agent in a temporary folder, joined to a site; `start` runs it. */
export async function joinTestAgent(options: {
  enrolment: EnrolmentFile;
  mac: string;
  program?: AgentProgram;
  folder?: string;
}) {
  const program = options.program ?? agentSources;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'muster-agent-'));
  const state = join(folder, 'state');
  const file = join(folder, 'site.muster');
  writeFileSync(file, JSON.stringify(options.enrolment), { mode: 0o600 });
  const joined = await runAgentProgram(['join', file, '--state', state, '--mac', options.mac], program);
  if (joined.code !== 0) throw new Error(`join ended with ${joined.code}: ${joined.stderr}`);
  let child: ChildProcess | undefined;
  let log = '';

  const ended = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;
  async function end(signal: NodeJS.Signals, timeoutMs = 8_000): Promise<number | null> {
    if (!ended()) child?.kill(signal);
    await until(ended, 'the agent to end', timeoutMs);
    return child?.exitCode ?? null;
  }

  return {
    mac: options.mac,
    folder,
    state,
    get pid(): number {
      return child?.pid ?? 0;
    },
    ended,
    log: (): string => log,
    start(...more: string[]): void {
      child = spawn(program.node, [...program.args, 'run', '--state', state, ...more], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          log = (log + chunk.toString()).slice(-500_000);
        });
      }
    },
    /** SIGTERM; the exit code. */
    stop: (): Promise<number | null> => end('SIGTERM'),
    kill9: (): Promise<number | null> => end('SIGKILL'),
    async remove(): Promise<void> {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type TestAgent = Awaited<ReturnType<typeof joinTestAgent>>;
