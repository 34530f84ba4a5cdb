import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import { createTurns } from '../../../contract/lib/turns.ts';
import { BrokerSettings, EmbeddedBrokerSettings, type Site } from '../../../contract/model/site.ts';
import { generatePrivateKey } from '../../../contract/wire/documents.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { createSiteSecrets, publicPart, secretPart } from './broker-secrets.ts';
import { createSite, type RunningSite, type SiteOptions } from './site.ts';
import { removeHistory } from './site-history.ts';
import { type StoredSite, StoredSites } from './stored-site.ts';

/** The sites of this machine, each with what runs for it. */
export interface Sites extends Service {
  list(): Site[];
  /** Undefined also while it is being loaded or ended. */
  find(siteId: string): RunningSite | undefined;
  /** Throws `not-found`. */
  get(siteId: string): RunningSite;
  view(siteId: string): Site;
  create(options: { name: string; broker: EmbeddedBrokerSettings; demo?: boolean }): Promise<Site>;
  join(options: { name: string; broker: BrokerSettings }): Promise<Site>;
  update(
    siteId: string,
    changes: { name?: string | undefined; broker?: BrokerSettings | undefined },
  ): Promise<Site>;
  remove(siteId: string): Promise<void>;
  connect(siteId: string, connect: boolean): Promise<Site>;
  /** With secrets: for a connection test only. Undefined for the embedded broker. */
  brokerSettings(siteId: string): Promise<BrokerSettings | undefined>;
  readonly added: Signal<{ siteId: string; site: RunningSite }>;
  readonly changed: Signal<string>;
  readonly removed: Signal<string>;
}

export interface SitesOptions extends Omit<SiteOptions, 'record' | 'folder' | 'secrets' | 'operatorKey'> {
  readonly dataFolder: string;
  readonly secretStore: SecretStore;
  readonly operatorKey: () => SiteOptions['operatorKey'];
  readonly operatorName: () => string;
  onReport: OnStorageReport;
  /** A site could not be started; the others run. */
  onTrouble(message: string): void;
}

// INVARIANT: a site is loaded, connected, changed and ended by one caller at a time, in the order of their asking.
export function createSites(options: SitesOptions): Sites {
  const { dataFolder, secretStore } = options;
  const store = createJsonStore<StoredSites>({
    path: join(dataFolder, 'sites.json'),
    schema: StoredSites,
    version: 1,
    defaults: { sites: [] },
    onReport: options.onReport,
  });
  const running = new Map<string, { site: RunningSite; connected: boolean }>();
  const added = createSignal<{ siteId: string; site: RunningSite }>(options.onError);
  const changed = createSignal<string>(options.onError);
  const removed = createSignal<string>(options.onError);
  const turns = createTurns();
  const folderOf = (siteId: string): string => join(dataFolder, 'sites', siteId);

  function record(siteId: string): StoredSite {
    const found = store.data.sites.find((site) => site.id === siteId);
    if (found) return found;
    throw new AppError(
      'not-found',
      'There is no such site on this machine. Run `muster site list` to see those that are.',
    );
  }

  function entry(siteId: string): { site: RunningSite; connected: boolean } {
    record(siteId);
    const found = running.get(siteId);
    if (found) return found;
    throw new AppError(
      'conflict',
      'This site is not running: its settings are just being changed, or it could not be started. Try again in a moment; if that does not help, restart Muster and read its notices.',
    );
  }

  const view = (siteId: string): Site => entry(siteId).site.view(record(siteId));

  async function connectSite(siteId: string): Promise<void> {
    const current = entry(siteId);
    if (current.connected) return;
    await current.site.connect();
    current.connected = true;
    await keepPort(siteId);
  }

  /** A port that the system chose is kept: devices know it. */
  async function keepPort(siteId: string): Promise<void> {
    const { port } = view(siteId);
    const { broker } = record(siteId);
    if (broker.kind !== 'embedded' || broker.settings.tlsPort === port) return;
    await change(siteId, (site) => {
      if (site.broker.kind === 'embedded') site.broker.settings.tlsPort = port;
    });
  }

  async function change(siteId: string, apply: (site: StoredSite) => void): Promise<void> {
    await store.update((draft) => {
      const site = draft.sites.find(({ id }) => id === siteId);
      if (site) apply(site);
    });
    changed.emit(siteId);
  }

  async function load(siteId: string): Promise<void> {
    await renewTrust(siteId);
    const created = createSite({
      ...options,
      record: record(siteId),
      folder: folderOf(siteId),
      secrets: createSiteSecrets(secretStore, siteId),
      operatorKey: options.operatorKey(),
    });
    await created.start();
    running.set(siteId, { site: created, connected: false });
    created.changed.on(() => changed.emit(siteId));
    added.emit({ siteId, site: created });
  }

  /** Another key or name of the operator than the devices were told: a higher version tells them. */
  async function renewTrust(siteId: string): Promise<void> {
    const told = record(siteId).trust;
    const current = { publicKey: options.operatorKey().x, name: options.operatorName() };
    if (told.publicKey === current.publicKey && told.name === current.name) return;
    await change(siteId, (site) => {
      site.trust = { version: told.version + 1, ...current };
    });
  }

  async function disconnectSite(siteId: string): Promise<void> {
    const current = running.get(siteId);
    if (!current?.connected) return;
    current.connected = false;
    await current.site.disconnect();
  }

  async function unload(siteId: string): Promise<void> {
    const current = running.get(siteId);
    running.delete(siteId);
    await current?.site.stop();
  }

  /** Loads the site anew with the stored settings. */
  async function reload(siteId: string): Promise<void> {
    await unload(siteId);
    await load(siteId);
    if (record(siteId).connect) await connectSite(siteId);
    changed.emit(siteId);
  }

  function requireFreeName(name: string, ownId: string | undefined): void {
    if (store.data.sites.every((site) => site.id === ownId || site.name.toLowerCase() !== name.toLowerCase()))
      return;
    throw new AppError('conflict', `There is a site named “${name}” already. Choose another name.`);
  }

  async function add(
    name: string,
    broker: StoredSite['broker'],
    demo: boolean,
    secrets: BrokerSettings | undefined,
  ): Promise<Site> {
    requireFreeName(name, undefined);
    const id = randomBytes(8).toString('hex');
    const key = await generatePrivateKey();
    const siteSecrets = createSiteSecrets(secretStore, id);
    await siteSecrets.setSiteKey(key);
    if (secrets) await siteSecrets.setBroker(secretPart(secrets));
    const site: StoredSite = {
      id,
      name,
      createdAt: new Date(options.now()).toISOString(),
      demo,
      connect: true,
      publicKey: key.x,
      trust: { version: 1, publicKey: options.operatorKey().x, name: options.operatorName() },
      broker,
    };
    await store.update((draft) => {
      draft.sites.push(site);
    });
    await turns.take(id, async () => {
      try {
        await load(id);
        await connectSite(id);
      } catch (error) {
        await removeSite(id);
        throw error;
      }
    });
    changed.emit(id);
    return view(id);
  }

  /** One after the other, so that two do not get the same name. */
  const adding = (work: () => Promise<Site>): Promise<Site> => turns.take('adding', work);

  async function removeSite(siteId: string): Promise<void> {
    await unload(siteId);
    // First, so that a site that could only half be removed is still listed and can be removed again.
    await removeHistory(options.history, siteId);
    await store.update((draft) => {
      draft.sites = draft.sites.filter(({ id }) => id !== siteId);
    });
    removed.emit(siteId);
    await createSiteSecrets(secretStore, siteId).removeAll();
    await rm(folderOf(siteId), { recursive: true, force: true });
  }

  async function update(siteId: string, { name, broker }: Parameters<Sites['update']>[1]): Promise<Site> {
    if (broker && record(siteId).broker.kind === 'embedded') {
      throw new AppError(
        'invalid',
        'This site has the broker of this machine; only the settings of a broker of its own can be changed.',
      );
    }
    if (name !== undefined) requireFreeName(name, siteId);
    if (broker) await createSiteSecrets(secretStore, siteId).setBroker(secretPart(broker));
    await change(siteId, (site) => {
      if (name !== undefined) site.name = name;
      if (broker) site.broker = { kind: 'external', settings: publicPart(broker) };
    });
    if (broker) await reload(siteId);
    return view(siteId);
  }

  async function setConnected(siteId: string, connect: boolean): Promise<Site> {
    await change(siteId, (site) => {
      site.connect = connect;
    });
    if (connect) await connectSite(siteId);
    else await disconnectSite(siteId);
    changed.emit(siteId);
    return view(siteId);
  }

  return {
    name: 'sites',
    added,
    changed,
    removed,
    async start() {
      await store.start();
      await Promise.all(
        store.data.sites.map(async (site) => {
          try {
            await turns.take(site.id, async () => {
              await load(site.id);
              if (site.connect) await connectSite(site.id);
            });
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            options.onTrouble(`The site “${site.name}” could not be started. ${reason}`);
          }
        }),
      );
    },
    async stop() {
      await Promise.all([...running.keys()].map((siteId) => turns.take(siteId, () => unload(siteId))));
      await store.stop();
    },
    /** Sites that could not even be loaded are told by `onTrouble` and left out. */
    list: () => store.data.sites.filter(({ id }) => running.has(id)).map(({ id }) => view(id)),
    find: (siteId) => running.get(siteId)?.site,
    get: (siteId) => entry(siteId).site,
    view,
    create: ({ name, broker, demo = false }) =>
      adding(() => add(name, { kind: 'embedded', settings: broker }, demo, undefined)),
    join: ({ name, broker }) =>
      adding(() => add(name, { kind: 'external', settings: publicPart(broker) }, false, broker)),
    update: (siteId, changes) => turns.take(siteId, () => update(siteId, changes)),
    remove: (siteId) => turns.take(siteId, () => removeSite(siteId)),
    connect: (siteId, connect) => turns.take(siteId, () => setConnected(siteId, connect)),
    async brokerSettings(siteId) {
      const { broker } = record(siteId);
      if (broker.kind === 'embedded') return undefined;
      return BrokerSettings.parse({
        ...broker.settings,
        ...(await createSiteSecrets(secretStore, siteId).broker()),
      });
    },
  };
}

/** The settings of an embedded broker when nothing was chosen. */
export const DEFAULT_EMBEDDED: EmbeddedBrokerSettings = EmbeddedBrokerSettings.parse({});
