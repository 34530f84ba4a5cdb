import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSigner, generatePrivateKey } from '../../contract/wire/documents.ts';
import { until } from '../../test/support/poll.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import type { Clock } from '../system/clock.ts';
import { createDeliveries } from './deliveries.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { endReasonOf, type Operation } from './operation.ts';
import { createResults } from './results.ts';

const clock: Clock = {
  now: () => new Date().toISOString(),
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  uptimeMs: () => Math.round(performance.now()),
  bootId: 'boot-1',
};
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const request = (id: string, seq: number) => ({
  id,
  op: 'shell.run',
  args: { command: 'true' },
  kid: 'console',
  seq,
});

let folder: string;
let journal: Journal;
let jobs: Jobs;
let started: string[];

/** Runs until it is told to end, and takes a moment for that, as a command does. */
const endless: Operation = {
  run: (_args, { jobId, signal }) =>
    new Promise((resolve) => {
      started.push(jobId);
      const end = (): void =>
        void setTimeout(
          () => resolve({ state: endReasonOf(signal) === 'stopping' ? 'interrupted' : 'cancelled' }),
          50,
        );
      signal.addEventListener('abort', end, { once: true });
    }),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-agent-jobs-'));
  started = [];
  journal = createJournal({
    path: join(folder, 'journal.jsonl'),
    reservePath: join(folder, 'reserve'),
    onError: () => undefined,
  });
  await journal.open();
  const signer = await createSigner(await generatePrivateKey());
  const publish = async (): Promise<void> => undefined;
  const common = { journal, clock, jobsFolder: folder, publish };
  const results = createResults({ ...common, signer, siteId: 'site12345678', mac: 'B827EB000001' });
  const deliveries = createDeliveries({ ...common, results, log, onStored: () => undefined });
  const processes = { startTime: () => undefined, isRunning: () => false, findGroupLeader: () => undefined };
  jobs = createJobs({
    ...{ ...common, results, deliveries, log, operations: { 'shell.run': endless } },
    processes: { ...processes, signalGroup: () => false, groupRuns: () => false },
  });
});
afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

it('takes no job any more once it is told to stop, so that the console sends it to the next run', async () => {
  await jobs.submit(request('first-job', 1));
  await until(() => started.length === 1, 'the first job to run');
  const stopping = jobs.stop();
  await jobs.submit(request('late-job', 2));
  await stopping;
  expect(started).toEqual(['first-job']);
  expect(journal.job('first-job')?.finished?.state).toBe('interrupted');
  expect(journal.job('late-job')).toBeUndefined();
  expect(journal.replay.check('console', 2)).toBe('new');
});

it('ends a job whose start was being written down when it was told to stop', async () => {
  const submitted = jobs.submit(request('first-job', 1));
  const stopping = jobs.stop();
  await Promise.all([submitted, stopping]);
  await until(() => journal.job('first-job')?.state === 'finished', 'the job to end');
  expect(journal.job('first-job')?.finished?.state).toBe('interrupted');
});
