import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../contract/rpc/contract.ts';
import { until } from '../../../test/support/poll.ts';
import { type SitesBench, startSitesBench } from '../../../test/support/sites-bench.ts';
import { createAudit } from '../audit/audit.ts';
import { createDemo, type Demo, type StartAgent } from './demo.ts';

const SESSION: Session = {
  id: 'session',
  role: 'admin',
  actor: 'Ada',
  emit: () => undefined,
  onClose: () => undefined,
};

/** Agents that only write down what site they joined, and run until they are told to end or crash. */
function createFakeAgents() {
  const joined: string[] = [];
  const running = new Map<string, () => void>();
  let starts = 0;
  const start: StartAgent = ([command, ...args]) => {
    const state = args[args.indexOf('--state') + 1] ?? '';
    if (command === 'join') {
      const { siteId } = JSON.parse(readFileSync(args[0] ?? '', 'utf8'));
      mkdirSync(state, { recursive: true });
      writeFileSync(join(state, 'config.json'), JSON.stringify({ siteId }));
      joined.push(state);
      return { exited: Promise.resolve(0), kill: () => undefined };
    }
    starts += 1;
    let end: () => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      end = () => {
        running.delete(state);
        resolve(1);
      };
    });
    running.set(state, end);
    return { exited, kill: end };
  };
  return { start, joined, running, starts: () => starts };
}

let bench: SitesBench;
let agents: ReturnType<typeof createFakeAgents>;
let demo: Demo;

async function startDemo(): Promise<void> {
  const audit = createAudit({ history: bench.history, now: Date.now });
  const onError = (error: unknown): void => void bench.errors.push(error);
  demo = createDemo({
    dataFolder: bench.folder,
    sites: bench.sites,
    audit,
    startAgent: agents.start,
    onError,
  });
  await demo.start();
}

beforeEach(async () => {
  bench = await startSitesBench();
  agents = createFakeAgents();
  await startDemo();
});
afterEach(async () => {
  await demo.stop();
  await bench.remove();
});

describe('the demo fleet', () => {
  it('is one site with as many devices as asked for, also when it is asked for twice at a time', async () => {
    const [first, second] = await Promise.all([demo.ensure(3, 'Ada'), demo.ensure(3, 'Ada')]);
    expect(first.id).toBe(second.id);
    expect(agents.running.size).toBe(3);
    expect(agents.joined).toHaveLength(3);
    expect(bench.sites.get(first.id).fleet.list()).toHaveLength(3);
    expect(readdirSync(join(bench.folder, 'demo')).filter((name) => name.endsWith('.muster'))).toEqual([]);
  });

  it('ends with its site when the site is removed by its own button', async () => {
    const { id } = await demo.ensure(2, 'Ada');
    await bench.sites.remove(id);
    await until(() => agents.running.size === 0, 'the demo agents to end');
    await until(() => !existsSync(join(bench.folder, 'demo')), 'their folders to be gone');
    const again = await demo.ensure(2, 'Ada');
    expect(again.id).not.toBe(id);
    expect(agents.running.size).toBe(2);
  });

  it('joins anew what is left over from another demo site or from a join that was cut off', async () => {
    await demo.ensure(2, 'Ada');
    const [cut = '', foreign = ''] = agents.joined;
    await demo.handlers['demo.stop']({}, SESSION);
    mkdirSync(cut, { recursive: true });
    mkdirSync(foreign, { recursive: true });
    writeFileSync(join(foreign, 'config.json'), JSON.stringify({ siteId: 'anothersite' }));
    agents.joined.length = 0;
    await demo.ensure(2, 'Ada');
    expect(agents.joined.sort()).toEqual([cut, foreign].sort());
  });

  it('starts no agent again that ended just before the fleet was taken away', async () => {
    await demo.ensure(1, 'Ada');
    for (const crash of [...agents.running.values()]) crash();
    const starts = agents.starts();
    await demo.handlers['demo.stop']({}, SESSION);
    // The end of the site took far longer than the wait before an agent is started again.
    expect(agents.starts()).toBe(starts);
  });

  it('runs again after a restart, and an agent that ends is started again', async () => {
    await demo.ensure(2, 'Ada');
    await demo.stop();
    expect(agents.running.size).toBe(0);
    await bench.restart();
    await startDemo();
    expect(agents.running.size).toBe(2);
    for (const crash of [...agents.running.values()]) crash();
    await until(() => agents.running.size === 2, 'the agents to be started again');
  });
});
