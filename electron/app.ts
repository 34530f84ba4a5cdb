import { join } from 'node:path';
import { toErrorBody } from '../contract/lib/errors.ts';
import { group, type Service } from '../contract/lib/service.ts';
import type { Handlers } from '../contract/rpc/contract.ts';
import type { Port } from '../contract/rpc/port.ts';
import type { Config } from './config.ts';
import { createRpcServer } from './rpc/server.ts';
import { createActivityLog } from './services/activity/activity.ts';
import { createAudit } from './services/audit/audit.ts';
import { testConnection } from './services/connection-test/connection-test.ts';
import { createDemo, type StartAgent } from './services/demo/demo.ts';
import { createFleetHandlers } from './services/fleet/handlers.ts';
import { createHistory } from './services/history/history.ts';
import { createOperator } from './services/identity/operator.ts';
import { createSequence } from './services/identity/sequence.ts';
import { createJobHandlers } from './services/jobs/handlers.ts';
import { announceBroker } from './services/link/announcer.ts';
import type { Log } from './services/log/log.ts';
import { createRateLimit } from './services/log/rate-limit.ts';
import { createNotices } from './services/notices/notices.ts';
import type { SecretStore } from './services/secrets/secret-store.ts';
import { createBroadcast } from './services/session/broadcast.ts';
import { createSettings } from './services/settings/settings.ts';
import { createSiteHandlers } from './services/sites/handlers.ts';
import { createSites } from './services/sites/sites.ts';
import { lockDataFolder } from './services/storage/data-folder-lock.ts';
import type { OnStorageReport } from './services/storage/report.ts';
import { VERSION } from './version.ts';

/** What the two hosts bring along. */
export interface Host {
  readonly kind: 'electron' | 'headless';
  readonly log: Log;
  readonly startAgent: StartAgent;
  secretStore(onReport: OnStorageReport): SecretStore;
}

export interface App extends Service {
  /** Serves the person of this machine, who may do everything, on a port. */
  attach(port: Port): void;
  /** Has demo devices running. */
  ensureDemo(count: number): Promise<void>;
}

/** The control centre: the one place that names every service. */
export function createApp(config: Config, host: Host): App {
  const { dataFolder } = config;
  const { log } = host;
  const now = Date.now;
  const limit = createRateLimit({ intervalMs: 10_000, kinds: 500, now });
  const onError = (error: unknown): void => {
    const { code, message } = toErrorBody(error);
    if (limit.admit(message) === undefined) return;
    log.error(
      { code, stack: code === 'internal' && error instanceof Error ? error.stack : undefined },
      message,
    );
    if (code === 'no-space' || code === 'denied') notices.add('error', message);
  };
  const notices = createNotices({ now, onError });
  const onReport: OnStorageReport = ({ level, message }) => {
    log[level === 'error' ? 'error' : 'warn']({}, message);
    notices.add(level, message);
  };
  const onIgnored = (topic: string, error: unknown): void => {
    const { code, message } = toErrorBody(error);
    const held = limit.admit(`${topic} ${message}`);
    if (held !== undefined) log.warn({ topic, code, held }, `Ignored a message: ${message}`);
  };

  const secretStore = host.secretStore(onReport);
  const settings = createSettings({ dataFolder, onReport, onError });
  const history = createHistory({ path: join(dataFolder, 'history.sqlite'), onReport });
  const sequence = createSequence({ path: join(dataFolder, 'sequence.json'), onReport });
  const operator = createOperator({ secretStore });
  const audit = createAudit({ history, now });
  const activity = createActivityLog({ now, onError });
  const sites = createSites({
    dataFolder,
    secretStore,
    history,
    sequence,
    operatorKey: operator.key,
    operatorName: () => settings.get().operatorName,
    now,
    announce: (siteId, name, port) =>
      config.announce ? announceBroker(siteId, name, port, onError) : () => undefined,
    onReport,
    onError,
    onIgnored,
    onTrouble: (message) => notices.add('error', message),
  });
  const broadcast = createBroadcast({
    host: host.kind,
    version: VERSION,
    dataFolder,
    sites,
    history,
    settings,
    notices,
    activity,
    now,
  });
  const demo = createDemo({ dataFolder, sites, audit, startAgent: host.startAgent, onError });

  const handlers: Handlers = {
    ...broadcast.handlers,
    ...settings.handlers,
    ...notices.handlers,
    ...audit.handlers,
    ...demo.handlers,
    ...createSiteHandlers({ sites, audit, testConnection: (broker) => testConnection(broker) }),
    ...createFleetHandlers({ sites, history, audit, now, removed: broadcast.devicesRemoved }),
    ...createJobHandlers({ sites, history, audit, now, watch: broadcast.watch, unwatch: broadcast.unwatch }),
  };
  const rpc = createRpcServer({
    handlers,
    onProblem: ({ error, callName, errorId }) =>
      log.error(
        { callName, errorId, stack: error instanceof Error ? error.stack : undefined },
        String(error),
      ),
  });

  const services = group('control centre', [
    dataFolderLock(dataFolder),
    secretStore,
    settings,
    history,
    sequence,
    operator,
    broadcast,
    sites,
    demo,
  ]);
  return {
    ...services,
    async stop() {
      rpc.closeAll();
      await services.stop();
    },
    attach: (port) => void rpc.attach(port, { role: 'admin', actor: settings.get().operatorName }),
    ensureDemo: async (count) => void (await demo.ensure(count, settings.get().operatorName)),
  };
}

/** Two control centres on one data folder would overwrite each other. */
function dataFolderLock(folder: string): Service {
  let release = (): void => undefined;
  return {
    name: 'data folder',
    start() {
      const lock = lockDataFolder(folder);
      release = () => lock.release();
    },
    stop: () => release(),
  };
}
