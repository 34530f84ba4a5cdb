import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { createSignal } from '../../contract/lib/signal.ts';
import { createRpcClient, type RpcClient } from '../../contract/rpc/client.ts';
import { ControlFile, RPC_SUBPROTOCOL } from '../../contract/rpc/control-file.ts';

const HEADLESS = fileURLToPath(new URL('../../dist/electron/headless.js', import.meta.url));

/** A built control centre in a folder of its own, with a connected client. */
export interface BenchControlCentre {
  readonly pid: number;
  readonly data: string;
  readonly url: string;
  readonly readyMs: number;
  readonly rpc: RpcClient;
  stop(): Promise<void>;
}

export async function startControlCentre(extra: readonly string[] = []): Promise<BenchControlCentre> {
  const data = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const startedMs = performance.now();
  const args = [
    HEADLESS,
    '--headless',
    '--no-open',
    '--no-announce',
    '--json',
    '--port',
    '0',
    '--data',
    data,
    ...extra,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await readyUrl(child);
  const readyMs = performance.now() - startedMs;
  const rpc = await connect(data);
  return {
    pid: child.pid ?? 0,
    data,
    url,
    readyMs,
    rpc,
    async stop() {
      rpc.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const line = text.split('\n').find((candidate) => candidate.includes('"ready"'));
      if (line) resolve(String(JSON.parse(line).url));
    });
    child.once('exit', (code) =>
      reject(new Error(`The control centre ended with ${code} before it was ready.`)),
    );
  });
}

async function connect(data: string): Promise<RpcClient> {
  const { url, token } = ControlFile.parse(JSON.parse(readFileSync(join(data, 'control.json'), 'utf8')));
  const socket = new WebSocket(url, [RPC_SUBPROTOCOL, `token.${token}`]);
  const frames = createSignal<unknown>();
  const closes = createSignal<void>();
  socket.on('message', (message) => frames.emit(JSON.parse(String(message))));
  socket.on('close', () => closes.emit());
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const rpc = createRpcClient(
    {
      send: (frame) => socket.send(JSON.stringify(frame)),
      onFrame: (listener) => frames.on(listener),
      onClose: (listener) => closes.on(listener),
      close: () => socket.close(),
    },
    (error) => process.stderr.write(`${String(error)}\n`),
  );
  await rpc.call('session.start', {});
  return rpc;
}
