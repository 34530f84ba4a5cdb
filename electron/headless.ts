import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorBody } from '../contract/lib/errors.ts';
import { createApp, type Host } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { createControlFile, createRunToken } from './rpc/control-file.ts';
import { createWebSocketHost } from './rpc/web-socket.ts';
import type { StartAgent } from './services/demo/demo.ts';
import { createLog } from './services/log/log.ts';
import { refuseKeychainFolder } from './services/secrets/desktop-secret-store.ts';
import { createFileSecretStore } from './services/secrets/file-secret-store.ts';
import { fileError } from './services/storage/file-error.ts';

/** Runs agents with this Node; they end when their standard input does, so with this program. */
function createStartAgent(config: Config): StartAgent {
  return (args) => {
    const log = createWriteStream(join(config.dataFolder, 'demo-agents.log'), { flags: 'a', mode: 0o600 });
    const child = spawn(process.execPath, [config.agentPath, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    // A full disk loses the agents' words, but must neither end this program nor hold up an agent that talks.
    log.on('error', () => {
      child.stdout.resume();
      child.stderr.resume();
    });
    const exited = new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', (code) => {
        log.end();
        resolve(code);
      });
    });
    return { exited, kill: () => void child.kill('SIGTERM') };
  };
}

function openInBrowser(url: string): void {
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () =>
    process.stderr.write(`No browser could be opened. Open this address yourself: ${url}\n`),
  );
  child.unref();
}

function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(error, folder, 'The data folder');
  }
}

async function run(): Promise<void> {
  const config = readConfig(process.argv.slice(2));
  makeDataFolder(config.dataFolder);
  refuseKeychainFolder(config.dataFolder);
  const log = createLog(config.dataFolder);
  const host: Host = {
    kind: 'headless',
    log,
    startAgent: createStartAgent(config),
    secretStore: (onReport) =>
      createFileSecretStore({
        path: join(config.dataFolder, 'secrets.json'),
        onReport,
        ...(config.passphrase ? { passphrase: config.passphrase } : {}),
      }),
  };
  const app = createApp(config, host);
  const token = createRunToken();
  const server = createWebSocketHost({
    host: '127.0.0.1',
    port: config.port,
    token,
    staticFolder: config.rendererFolder,
    onPort: (port) => app.attach(port),
    onProblem: (sentence, error) =>
      log.warn({ error: error === undefined ? undefined : String(error) }, sentence),
  });
  const controlFile = createControlFile({
    folder: config.dataFolder,
    token,
    pid: process.pid,
    now: () => new Date(),
  });

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      await controlFile.remove();
      await server.stop();
      await app.stop();
      log.close();
    })();
    return stopping;
  };
  const stopAndExit = (): void => {
    stop().then(
      () => process.exit(0),
      (error) => fail(error),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopAndExit);
  // `npm start` holds a channel to this program, which breaks when npm is killed before it can pass a signal on.
  process.on('disconnect', stopAndExit);

  await app.start();
  await server.start();
  await controlFile.write(server.rpcUrl());
  if (config.demoDevices > 0) await app.ensureDemo(config.demoDevices);
  const url = server.pageUrl();
  if (config.json) process.stdout.write(`${JSON.stringify({ ready: true, url, data: config.dataFolder })}\n`);
  else
    process.stdout.write(
      `Muster runs. Open ${url}\nIts data is in ${config.dataFolder}. Stop it with Ctrl+C.\n`,
    );
  if (config.openBrowser && !config.json) openInBrowser(url);
}

function fail(error: unknown): never {
  const { code, message } = toErrorBody(error);
  process.stderr.write(`muster: ${message}\n`);
  if (code === 'internal' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(code === 'invalid' ? 2 : 1);
}

run().catch(fail);
