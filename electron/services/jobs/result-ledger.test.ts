import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import { type EngineBench, startEngineBench } from '../../../test/support/engine-bench.ts';
import { until } from '../../../test/support/poll.ts';
import { type OpenResult, openResult } from './open-result.ts';
import { createResultLedger, type ResultLedger } from './result-ledger.ts';

const MAC = 'B827EB000001';
let bench: EngineBench;
let ledger: ResultLedger;
let errors: unknown[];
let open: OpenResult;
beforeEach(async () => {
  bench = await startEngineBench();
  await bench.addDevice(MAC, false);
  errors = [];
  ledger = createResultLedger({ history: bench.history, onError: (error) => errors.push(error) });
  const job = await bench.create([MAC]);
  const row = bench.history.results.get(job.id, MAC);
  if (!row) throw new Error('the job has no result');
  open = openResult(row);
});
afterEach(async () => {
  bench.failCommits(undefined);
  await ledger.stop();
  await bench.remove();
});

const stored = () => bench.history.results.get(open.row.jobId, MAC);
function change(state: OpenResult['row']['state']): void {
  open.row = { ...open.row, state };
}

describe('the ledger of results', () => {
  it('has on disk what was recorded when it says so, the last state of each', async () => {
    change('sent');
    const first = ledger.record(open);
    change('accepted');
    await Promise.all([first, ledger.record(open)]);
    expect(stored()?.state).toBe('accepted');
  });

  it('shares a later commit for what is only noted, and takes it along at the end', async () => {
    change('running');
    ledger.note(open);
    expect(stored()?.state).toBe('queued');
    await ledger.stop();
    expect(stored()?.state).toBe('running');
  });

  it('rejects all of a commit that fails, and stores the rows with the next', async () => {
    bench.failCommits(() => new AppError('no-space', 'Full.'));
    change('sent');
    const outcome = ledger.record(open);
    const output = ledger.output({ open, stream: 'stdout', offset: 0, bytes: Buffer.from('abc') });
    ledger.finishJob(open.row.jobId, '2026-11-25T08:00:00.000Z');
    await expect(outcome).rejects.toThrow('Full.');
    await expect(output).rejects.toThrow('Full.');
    expect(errors).toHaveLength(1);
    expect(stored()?.state).toBe('queued');
    bench.failCommits(undefined);
    await until(() => stored()?.state === 'sent', 'the next commit');
    expect(bench.history.jobs.get(open.row.jobId)?.finishedAt).toBe('2026-11-25T08:00:00.000Z');
    // Output is not held in memory for a disk that stays full: the device is asked for it again.
    expect(bench.history.output.ranges(open.row.jobId, MAC, 'stdout')).toEqual([]);
  });

  it('flushes what came before it', async () => {
    void ledger.output({ open, stream: 'stderr', offset: 5, bytes: Buffer.from('late') });
    await ledger.flush();
    expect(bench.history.output.ranges(open.row.jobId, MAC, 'stderr')).toEqual([{ offset: 5, length: 4 }]);
  });
});
