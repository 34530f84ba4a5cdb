import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../../contract/rpc/contract.ts';
import { type SitesBench, startSitesBench } from '../../../test/support/sites-bench.ts';
import { createAudit } from '../audit/audit.ts';
import { createJobHandlers } from './handlers.ts';

const BROKER = { tlsPort: 0, host: '127.0.0.1', rootTopic: 'iotm-sys' };
const MACS = Array.from({ length: 10 }, (_, index) => `B827EB00000${index}`);
const SESSION: Session = {
  id: 'session',
  role: 'admin',
  actor: 'Ada',
  emit: () => undefined,
  onClose: () => undefined,
};

let bench: SitesBench;
beforeEach(async () => {
  bench = await startSitesBench();
});
afterEach(() => bench.remove());

it('answers with the output of many devices up to what one answer may hold, and says what to do beyond', async () => {
  const { id } = await bench.sites.create({ name: 'Yard', broker: BROKER });
  await bench.sites.get(id).links.link(MACS, {});
  const { history, sites } = bench;
  const handlers = createJobHandlers({
    sites,
    history,
    audit: createAudit({ history, now: Date.now }),
    now: Date.now,
    watch: () => undefined,
    unwatch: () => undefined,
  });
  const start = { siteId: id, op: 'shell.run', args: { command: 'yes' } } as const;
  const { job } = await handlers['jobs.start'](
    { ...start, target: { kind: 'devices', macs: MACS } },
    SESSION,
  );
  const piece = Buffer.alloc(1024 * 1024, 'y\n');
  history.transaction(() => {
    for (const mac of MACS)
      for (let part = 0; part < 4; part += 1)
        history.output.append(job.id, mac, 'stdout', part * piece.length, piece);
  });
  const show = async (macs: string[], outputLimitBytes: number) =>
    handlers['jobs.show']({ jobId: job.id, macs, outputLimitBytes }, SESSION);
  const some = await show(MACS.slice(0, 7), 5_000_000);
  expect(some.results.map(({ stdout }) => stdout.length)).toEqual(Array(7).fill(4 * piece.length));
  await expect(show(MACS, 5_000_000)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringContaining('Ask for fewer devices'),
  });
  expect((await show(MACS, 1_000)).results).toHaveLength(10);
});
