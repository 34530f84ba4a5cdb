import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import type { Site } from '../../../contract/model/site.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';
import type { Audit } from '../audit/audit.ts';
import type { Sites } from '../sites/sites.ts';

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
}

const SITE_NAME = 'Demo fleet';
const RESTART_MS = 2_000;

/** Real agents on this machine, each in a folder of its own, at a site that only this machine reaches. */
export function createDemo(options: DemoOptions): Demo {
  const { sites } = options;
  const folder = join(options.dataFolder, 'demo');
  const running = new Map<string, AgentProcess>();
  let stopping = false;
  let busy: Promise<unknown> = Promise.resolve();

  /** One after the other: two clicks must not make two sites. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const next = busy.then(work, work);
    busy = next.catch(() => undefined);
    return next;
  }

  const demoSite = (): Site | undefined => sites.list().find((site) => site.demo);
  const macOf = (index: number): string => {
    const digest = createHash('sha256').update(`${options.dataFolder}\0${index}`).digest('hex').toUpperCase();
    return `02${digest.slice(0, 10)}`;
  };

  async function existing(): Promise<string[]> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return (await readdir(folder)).filter((name) => /^[0-9A-F]{12}$/.test(name)).sort();
  }

  async function joinSite(mac: string, site: Site, actor: string): Promise<void> {
    const { file } = await sites.get(site.id).enrolments.create({ uses: 1, hours: 1, createdBy: actor });
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
    if (stopping || running.has(mac)) return;
    const agent = options.startAgent(['run', '--state', join(folder, mac), '--demo', '--attended']);
    running.set(mac, agent);
    void agent.exited.then(() => {
      running.delete(mac);
      if (!stopping) setTimeout(() => run(mac), RESTART_MS).unref();
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
    const known = await existing();
    const wanted = Array.from({ length: count }, (_, index) => macOf(index));
    for (const [index, mac] of wanted.entries()) {
      if (!known.includes(mac)) await joinSite(mac, site, actor);
      const edit = { name: `demo-${String(index + 1).padStart(2, '0')}`, tags: ['demo'] };
      if (!sites.get(site.id).fleet.get(mac)?.linked) await sites.get(site.id).links.link([mac], edit);
      run(mac);
    }
    for (const mac of known) run(mac);
    return sites.view(site.id);
  }

  async function end(): Promise<void> {
    stopping = true;
    const agents = [...running.values()];
    for (const agent of agents) agent.kill();
    await Promise.all(agents.map((agent) => agent.exited));
    running.clear();
  }

  return {
    name: 'demo',
    async start() {
      stopping = false;
      if (demoSite()) for (const mac of await existing()) run(mac);
    },
    stop: end,
    ensure: (count, actor) => exclusively(() => ensure(count, actor)),
    handlers: {
      'demo.start': ({ count }, session) =>
        exclusively(async () => {
          stopping = false;
          const site = await ensure(count ?? 3, session.actor);
          await options.audit.record({
            siteId: site.id,
            actor: session.actor,
            action: 'demo.start',
            target: site.name,
            detail: `${count} devices`,
          });
          return site;
        }),
      'demo.stop': (_input, session) =>
        exclusively(async () => {
          const site = demoSite();
          await end();
          stopping = false;
          if (site) await sites.remove(site.id);
          await rm(folder, { recursive: true, force: true });
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
