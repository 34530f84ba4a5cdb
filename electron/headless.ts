import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { toErrorBody } from '../contract/lib/errors.ts';
import { group } from '../contract/lib/service.ts';
import { createApp, type Host } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { createLocalAccess } from './rpc/local-access.ts';
import { keepAgentWords } from './services/demo/agent-words.ts';
import type { StartAgent } from './services/demo/demo.ts';
import { createLog } from './services/log/log.ts';
import { refuseKeychainFolder } from './services/secrets/desktop-secret-store.ts';
import { createFileSecretStore } from './services/secrets/file-secret-store.ts';
import { makeFolder } from './services/storage/make-folder.ts';

/** Runs agents with this Node; they end when their standard input does, so with this program. */
function createStartAgent(config: Config): StartAgent {
  return (args) => {
    const child = spawn(process.execPath, [config.agentPath, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const endWords = keepAgentWords(config.dataFolder, [child.stdout, child.stderr]);
    const exited = new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', (code) => {
        endWords();
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

async function run(): Promise<void> {
  const config = readConfig(process.argv.slice(2));
  makeFolder(config.dataFolder, 'The data folder');
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
  const access = createLocalAccess({
    dataFolder: config.dataFolder,
    port: config.port,
    staticFolder: config.rendererFolder,
    onPort: app.attach,
    onProblem: (sentence, error) =>
      log.warn({ error: error === undefined ? undefined : String(error) }, sentence),
  });
  const services = group('Muster', [app, access]);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await services.stop();
    log.close();
    process.exit(0);
  };
  const stopAndExit = (): void => void stop().catch(fail);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopAndExit);
  // `npm start` holds a channel to this program, which breaks when npm is killed before it can pass a signal on.
  process.on('disconnect', stopAndExit);

  try {
    await services.start();
    if (config.demoDevices > 0) await app.ensureDemo(config.demoDevices);
  } catch (error) {
    // Whoever stopped it while it started ends the program.
    if (stopping) return;
    throw error;
  }
  const url = access.pageUrl();
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
