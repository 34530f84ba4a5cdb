import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createTurns } from '../../../contract/lib/turns.ts';
import type { Site } from '../../../contract/model/site.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';
import type { Audit } from '../audit/audit.ts';
import type { Sites } from '../sites/sites.ts';
import { fileError, systemCode } from '../storage/file-error.ts';

/** A running agent process. */
export interface AgentProcess {
  readonly exited: Promise<number | null>;
  kill(): void;
}

/** Starts `muster-agent` with these arguments; it ends when this program ends, however that ends. */
export type StartAgent = (args: readonly string[]) => AgentProcess;

export interface Demo extends Service {
  /** Has at least this many demo devices; answers their site when all run. */
  ensure(count: number, actor: string): Promise<Site>;
  readonly handlers: Pick<Handlers, 'demo.start' | 'demo.stop'>;
}

export interface DemoOptions {
  readonly dataFolder: string;
  readonly sites: Sites;
  readonly audit: Audit;
  readonly startAgent: StartAgent;
  onError(error: unknown): void;
  /** How long after its end an agent is started again. */
  readonly restartMs?: number;
}

const SITE_NAME = 'Demo fleet';

/** Real agents on this machine, each in a folder of its own, at a site that only this machine reaches. */
export function createDemo(options: DemoOptions): Demo {
  const { sites, restartMs = 2_000 } = options;
  const folder = join(options.dataFolder, 'demo');
  const running = new Map<string, AgentProcess>();
  /** Those that are started again when they end. */
  const wanted = new Set<string>();
  const turns = createTurns();
  let stopped = false;
  let unsubscribe = (): void => undefined;

  /** One after the other: two clicks must not make two sites. */
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => turns.take('demo', work);

  const demoSite = (): Site | undefined => sites.list().find((site) => site.demo);
  const macOf = (index: number): string => {
    const digest = createHash('sha256').update(`${options.dataFolder}\0${index}`).digest('hex').toUpperCase();
    return `02${digest.slice(0, 10)}`;
  };

  async function existing(): Promise<string[]> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return (await readdir(folder)).filter((name) => /^[0-9A-F]{12}$/.test(name)).sort();
  }

  /** A folder may be left over from another demo site, or from a join that was cut off. */
  async function hasJoined(mac: string, siteId: string): Promise<boolean> {
    try {
      const config: unknown = JSON.parse(await readFile(join(folder, mac, 'config.json'), 'utf8'));
      return typeof config === 'object' && config !== null && 'siteId' in config && config.siteId === siteId;
    } catch (error) {
      if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return false;
      throw fileError(error, join(folder, mac), 'The folder of a demo device');
    }
  }

  async function joinSite(mac: string, site: Site, actor: string): Promise<void> {
    const { file } = await sites.get(site.id).enrolments.create({ uses: 1, hours: 1, createdBy: actor });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${randomBytes(6).toString('hex')}.muster`);
    await writeFile(path, JSON.stringify(file), { mode: 0o600 });
    await chmod(path, 0o600);
    try {
      const code = await options.startAgent(['join', path, '--state', join(folder, mac), '--mac', mac])
        .exited;
      if (code !== 0) {
        await rm(join(folder, mac), { recursive: true, force: true });
        throw new AppError(
          'internal',
          `The demo agent could not join its site (exit code ${code}). See muster.log in the data folder.`,
        );
      }
    } finally {
      await rm(path, { force: true });
    }
  }

  function run(mac: string): void {
    if (stopped) return;
    wanted.add(mac);
    if (running.has(mac)) return;
    const agent = options.startAgent(['run', '--state', join(folder, mac), '--demo', '--attended']);
    running.set(mac, agent);
    void agent.exited.then(() => {
      running.delete(mac);
      setTimeout(() => {
        if (wanted.has(mac)) run(mac);
      }, restartMs).unref();
    });
  }

  async function ensure(count: number, actor: string): Promise<Site> {
    const site =
      demoSite() ??
      (await sites.create({
        name: SITE_NAME,
        broker: { tlsPort: 0, host: '127.0.0.1', rootTopic: 'iotm-sys' },
        demo: true,
      }));
    const numbered = Array.from({ length: count }, (_, index) => macOf(index));
    for (const [index, mac] of numbered.entries()) {
      if (stopped) throw new AppError('cancelled', 'Muster was stopped while the demo fleet was started.');
      if (!(await hasJoined(mac, site.id))) await joinSite(mac, site, actor);
      const edit = { name: `demo-${String(index + 1).padStart(2, '0')}`, tags: ['demo'] };
      if (!sites.get(site.id).fleet.get(mac)?.linked) await sites.get(site.id).links.link([mac], edit);
      run(mac);
    }
    await runExisting(site.id);
    return sites.view(site.id);
  }

  async function runExisting(siteId: string): Promise<void> {
    for (const mac of await existing()) if (await hasJoined(mac, siteId)) run(mac);
  }

  async function end(): Promise<void> {
    wanted.clear();
    const agents = [...running.values()];
    for (const agent of agents) agent.kill();
    await Promise.all(agents.map((agent) => agent.exited));
    running.clear();
  }

  async function removeAgents(): Promise<void> {
    await end();
    await rm(folder, { recursive: true, force: true });
  }

  /** Whoever removes the demo site by its own button means its devices too. */
  async function followRemoval(): Promise<void> {
    if (!demoSite()) await removeAgents();
  }

  return {
    name: 'demo',
    async start() {
      stopped = false;
      unsubscribe = sites.removed.on(() => void exclusively(followRemoval).catch(options.onError));
      const site = demoSite();
      if (site) await runExisting(site.id);
    },
    async stop() {
      stopped = true;
      unsubscribe();
      await end();
    },
    ensure: (count, actor) => exclusively(() => ensure(count, actor)),
    handlers: {
      'demo.start': ({ count }, session) =>
        exclusively(async () => {
          const site = await ensure(count ?? 3, session.actor);
          await options.audit.record({
            siteId: site.id,
            actor: session.actor,
            action: 'demo.start',
            target: site.name,
            detail: `${count ?? 3} devices`,
          });
          return site;
        }),
      'demo.stop': (_input, session) =>
        exclusively(async () => {
          const site = demoSite();
          await end();
          if (site) await sites.remove(site.id);
          await removeAgents();
          await options.audit.record({
            siteId: site?.id ?? null,
            actor: session.actor,
            action: 'demo.stop',
            target: SITE_NAME,
            detail: '',
          });
          return {};
        }),
    },
  };
}
