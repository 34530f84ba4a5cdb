import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSocketPort } from '../../cli/web-socket-port.ts';
import type { Handlers } from '../../contract/rpc/contract.ts';
import { createMemoryPorts } from '../../contract/rpc/memory-port.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { createRunToken } from '../../electron/rpc/control-file.ts';
import { createRpcServer, type RpcProblem, type RpcServer, type Who } from '../../electron/rpc/server.ts';
import { createWebSocketHost } from '../../electron/rpc/web-socket.ts';
import { stubHandlers } from './stub-handlers.ts';

/** An RPC server with some handlers, and a way to connect to it. */
export interface Bench {
  server: RpcServer;
  problems: RpcProblem[];
  connect(who?: Who): Promise<Port>;
  stop(): Promise<void>;
}
export type MakeBench = (handlers: Partial<Handlers>, pendingLimit?: number) => Promise<Bench>;

const admin: Who = { role: 'admin', actor: 'Ada' };

/** Connects through memory. */
export const memoryBench: MakeBench = async (handlers, pendingLimit = 200) => {
  const problems: RpcProblem[] = [];
  const server = createRpcServer({
    handlers: stubHandlers(handlers),
    onProblem: (problem) => problems.push(problem),
    pendingLimit,
  });
  return {
    server,
    problems,
    async connect(who = admin) {
      const [near, far] = createMemoryPorts();
      server.attach(far, who);
      return near;
    },
    async stop() {
      server.closeAll();
    },
  };
};

/** Connects through a real WebSocket on loopback. */
export const socketBench: MakeBench = async (handlers, pendingLimit = 200) => {
  const problems: RpcProblem[] = [];
  const server = createRpcServer({
    handlers: stubHandlers(handlers),
    onProblem: (problem) => problems.push(problem),
    pendingLimit,
  });
  const staticFolder = await mkdtemp(join(tmpdir(), 'muster-rpc-'));
  const token = createRunToken();
  const waiting: Who[] = [];
  const host = createWebSocketHost({
    host: '127.0.0.1',
    port: 0,
    token,
    staticFolder,
    onPort: (port) => server.attach(port, waiting.shift() ?? admin),
    onProblem: () => undefined,
  });
  await host.start();
  return {
    server,
    problems,
    async connect(who = admin) {
      waiting.push(who);
      return openSocketPort({ url: host.rpcUrl(), token, timeoutMs: 5_000 });
    },
    async stop() {
      await host.stop();
      await rm(staticFolder, { recursive: true });
    },
  };
};
