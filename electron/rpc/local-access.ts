import type { Service } from '../../contract/lib/service.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { createControlFile, createRunToken } from './control-file.ts';
import { createWebSocketHost } from './web-socket.ts';

/** The way in for browsers and the command line of this machine's user, in either host. */
export interface LocalAccess extends Service {
  /** What a person opens in a browser; holds the token in its fragment. */
  pageUrl(): string;
}

/** Serves the interface and the RPC on loopback under a token of this run, and tells the command line where. */
export function createLocalAccess(options: {
  dataFolder: string;
  /** 0 lets the system choose. */
  port: number;
  staticFolder: string;
  onPort: (port: Port) => void;
  onProblem: (sentence: string, error?: unknown) => void;
}): LocalAccess {
  const { dataFolder, port, staticFolder, onPort, onProblem } = options;
  const token = createRunToken();
  const host = createWebSocketHost({ host: '127.0.0.1', port, token, staticFolder, onPort, onProblem });
  const now = (): Date => new Date();
  const controlFile = createControlFile({ folder: dataFolder, token, pid: process.pid, now });
  return {
    name: 'local access',
    pageUrl: host.pageUrl,
    async start() {
      await host.start();
      await controlFile.write(host.rpcUrl());
    },
    async stop() {
      await controlFile.remove();
      await host.stop();
    },
  };
}
