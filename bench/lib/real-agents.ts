import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RpcClient } from '../../contract/rpc/client.ts';
import { simulatedMac } from './simulated-fleet.ts';

export const AGENT = fileURLToPath(new URL('../../dist/agent/muster-agent.cjs', import.meta.url));

export interface RealAgents {
  readonly macs: string[];
  readonly pids: number[];
  stop(): Promise<void>;
}

/** Bundled agents of this machine in folders of their own, joined; each a process of `node`. */
export async function startRealAgents(options: {
  rpc: RpcClient;
  siteId: string;
  folder: string;
  count: number;
  node?: string;
  flags?: readonly string[];
}): Promise<RealAgents> {
  const { rpc, siteId, folder, count, node = process.execPath, flags = [] } = options;
  const { file } = await rpc.call('enrolments.create', { siteId, uses: count, hours: 1 });
  const path = join(folder, 'agents.muster');
  await writeFile(path, JSON.stringify(file), { mode: 0o600 });
  const macs = Array.from({ length: count }, (_, index) => simulatedMac(0x800000 + index));
  const children: ChildProcess[] = [];
  for (let index = 0; index < count; index += 8) {
    await Promise.all(
      macs.slice(index, index + 8).map(async (mac) => {
        const state = join(folder, 'agents', mac);
        await mkdir(state, { recursive: true, mode: 0o700 });
        await ended(spawn(node, [AGENT, 'join', path, '--state', state, '--mac', mac], { stdio: 'ignore' }));
        children.push(
          spawn(node, [...flags, AGENT, 'run', '--state', state, '--attended'], {
            stdio: ['pipe', 'ignore', 'inherit'],
          }),
        );
      }),
    );
  }
  return {
    macs,
    pids: children.map((child) => child.pid ?? 0),
    async stop() {
      const all = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(all);
    },
  };
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`A program ended with ${code}.`)),
    );
  });
}
