import type { Service } from '../contract/lib/service.ts';
import { group } from '../contract/lib/service.ts';
import type { Port } from '../contract/rpc/port.ts';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { createLocalAccess } from './rpc/local-access.ts';
import type { StartAgent } from './services/demo/demo.ts';
import { createLog } from './services/log/log.ts';
import { createDesktopSecretStore } from './services/secrets/desktop-secret-store.ts';
import type { Keychain } from './services/secrets/keychain-secret-store.ts';

/** The control centre as the desktop program runs it, without a word of Electron. */
export interface Desktop extends Service {
  attach(port: Port): void;
  ensureDemo(count: number): Promise<void>;
  /** The interface for a browser of this user. */
  pageUrl(): string;
  /** A sentence for the log. */
  onProblem(sentence: string, error?: unknown): void;
}

export function createDesktop(
  config: Config,
  { keychain, startAgent }: { keychain: Keychain; startAgent: StartAgent },
): Desktop {
  const { dataFolder, port, rendererFolder, passphrase } = config;
  const log = createLog(dataFolder);
  const onProblem = (sentence: string, error?: unknown): void =>
    log.warn({ error: error === undefined ? undefined : String(error) }, sentence);
  const app = createApp(config, {
    kind: 'electron',
    log,
    startAgent,
    secretStore: (onReport) => createDesktopSecretStore({ dataFolder, keychain, passphrase, onReport }),
  });
  // The command line finds the desktop program as it finds the headless one.
  const access = createLocalAccess({
    dataFolder,
    port,
    staticFolder: rendererFolder,
    onPort: app.attach,
    onProblem,
  });
  const services = group('Muster', [app, access]);
  return {
    ...services,
    attach: app.attach,
    ensureDemo: app.ensureDemo,
    pageUrl: access.pageUrl,
    onProblem,
    async stop() {
      await services.stop();
      log.close();
    },
  };
}
