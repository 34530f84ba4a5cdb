import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRpcClient, type RpcClient } from '../../contract/rpc/client.ts';
import type { EventName } from '../../contract/rpc/contract.ts';
import { createMemoryPorts } from '../../contract/rpc/memory-port.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { type App, createApp } from '../../electron/app.ts';
import { readConfig } from '../../electron/config.ts';
import { createLog } from '../../electron/services/log/log.ts';
import { createFileSecretStore } from '../../electron/services/secrets/file-secret-store.ts';

/** One interface on a memory port, with everything that it was told, in order. */
export interface BenchClient {
  readonly rpc: RpcClient;
  readonly frames: { name: EventName; body: unknown }[];
  names(): string[];
  close(): void;
}

/** A whole control centre inside this process, on a temporary folder. */
export async function startAppBench() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-app-'));
  const log = createLog(folder);
  const app: App = createApp(readConfig(['--headless', '--no-announce', '--data', folder], {}), {
    kind: 'headless',
    log,
    startAgent: () => {
      throw new Error('This test starts no agents.');
    },
    secretStore: (onReport) => createFileSecretStore({ path: join(folder, 'secrets.json'), onReport }),
  });
  await app.start();
  return {
    folder,
    app,
    connect(): BenchClient {
      const [near, far] = createMemoryPorts();
      app.attach(far);
      const frames: BenchClient['frames'] = [];
      const watched: Port = {
        ...near,
        onFrame: (listener) =>
          near.onFrame((frame) => {
            const event = frame as { t: string; name: EventName; body: unknown };
            if (event.t === 'event') frames.push({ name: event.name, body: event.body });
            listener(frame);
          }),
      };
      const rpc = createRpcClient(watched, (error) => {
        throw error;
      });
      return { rpc, frames, names: () => frames.map(({ name }) => name), close: () => near.close() };
    },
    async stop(): Promise<void> {
      await app.stop();
      log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type AppBench = Awaited<ReturnType<typeof startAppBench>>;
