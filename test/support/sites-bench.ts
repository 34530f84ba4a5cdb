import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePrivateKey } from '../../contract/wire/documents.ts';
import { createHistory, type History } from '../../electron/services/history/history.ts';
import { createSequence } from '../../electron/services/identity/sequence.ts';
import { createFileSecretStore } from '../../electron/services/secrets/file-secret-store.ts';
import { createSites, type Sites } from '../../electron/services/sites/sites.ts';
import { until } from './poll.ts';

/** The sites of a control centre on real stores in a temporary folder. */
export interface SitesBench {
  readonly folder: string;
  readonly sites: Sites;
  readonly history: History;
  /** What was reported, ignored or failed in the background. */
  readonly errors: unknown[];
  untilConnected(siteId: string): Promise<void>;
  /** Stops all of it and starts it anew on the same folder. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export async function startSitesBench(): Promise<SitesBench> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-sites-'));
  const operatorKey = await generatePrivateKey();
  const errors: unknown[] = [];

  async function open() {
    const onReport = (report: unknown): void => void errors.push(report);
    const history = createHistory({ path: join(folder, 'history.sqlite'), onReport });
    const secretStore = createFileSecretStore({ path: join(folder, 'secrets.json'), onReport });
    const sequence = createSequence({ path: join(folder, 'sequence.json'), onReport });
    const sites = createSites({
      dataFolder: folder,
      secretStore,
      history,
      sequence,
      operatorKey: () => operatorKey,
      operatorName: () => 'Ada',
      now: Date.now,
      announce: () => () => undefined,
      onReport,
      onError: (error) => errors.push(error),
      onIgnored: (_topic, error) => errors.push(error),
      onTrouble: (message) => errors.push(message),
    });
    const services = [history, secretStore, sequence, sites];
    for (const service of services) await service.start();
    return { history, sites, services };
  }

  async function close(): Promise<void> {
    for (const service of [...current.services].reverse()) await service.stop();
  }

  let current = await open();
  return {
    folder,
    errors,
    get sites() {
      return current.sites;
    },
    get history() {
      return current.history;
    },
    untilConnected: (siteId) =>
      until(() => current.sites.view(siteId).connection.state === 'connected', 'the site to be connected'),
    async restart() {
      await close();
      current = await open();
    },
    async remove() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
