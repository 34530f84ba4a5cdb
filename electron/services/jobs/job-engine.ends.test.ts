import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import { type EngineBench, startEngineBench, wholeStream } from '../../../test/support/engine-bench.ts';
import { until } from '../../../test/support/poll.ts';

const MAC = 'B827EB000001';
const OTHER = 'B827EB000002';

let bench: EngineBench;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  bench = await startEngineBench();
  await bench.addDevice(MAC);
  await bench.addDevice(OTHER, false);
});
afterEach(async () => {
  vi.useRealTimers();
  await bench.remove();
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function pass(ms: number): Promise<void> {
  await settled();
  bench.advance(ms);
  vi.advanceTimersByTime(1_000);
  await settled();
}

describe('a cancelled job', () => {
  it('is never sent when it was cancelled before it was', async () => {
    const job = await bench.create([OTHER]);
    const cancelled = await bench.engine.cancel(job.id, undefined);
    expect(cancelled).toMatchObject({ state: 'cancelled', finishedAt: expect.any(String) });
    bench.setOnline(OTHER, true);
    bench.engine.resume(OTHER);
    await pass(200_000);
    expect(bench.sent).toEqual([]);
    expect(bench.history.results.get(job.id, OTHER)).toMatchObject({ state: 'cancelled', attempts: 0 });
  });

  it('is ended on the device when it may have arrived, and waits for what the device says', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.say(MAC, job.id, { type: 'running', elapsedMs: 0 });
    await bench.engine.cancel(job.id, undefined);
    await bench.untilSent(MAC, 'cancel');
    expect(bench.result(job.id, MAC)).toMatchObject({
      state: 'running',
      detail: 'Cancel asked for; the device ends it now.',
    });
    await pass(11_000);
    await bench.untilSent(MAC, 'cancel', 2);
    await bench.finish(MAC, job.id, { state: 'cancelled', exitCode: null, signal: 'SIGTERM' });
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'cancelled', signal: 'SIGTERM' });
    await pass(200_000);
    expect(bench.requests(MAC, 'cancel')).toHaveLength(2);
  });

  it('that had ended already keeps the end that it had', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.engine.cancel(job.id, undefined);
    await bench.finish(MAC, job.id);
    expect(bench.result(job.id, MAC).state).toBe('succeeded');
    expect((await bench.engine.cancel(job.id, undefined)).state).toBe('succeeded');
  });

  it('is still cancelled after a restart, though the device was away', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    bench.setOnline(MAC, false);
    bench.engine.refresh(MAC);
    await bench.engine.cancel(job.id, undefined);
    expect(bench.result(job.id, MAC).detail).toBe('Cancel asked for; the device gets it when it appears.');
    await bench.restart();
    bench.setOnline(MAC, true);
    bench.engine.resume(MAC);
    await bench.untilSent(MAC, 'cancel');
    expect(bench.requests(MAC, 'job')).toEqual([]);
  });

  it('is cancelled only on the devices that were named', async () => {
    await bench.addDevice('B827EB000003', false);
    const job = await bench.create([OTHER, 'B827EB000003']);
    await bench.engine.cancel(job.id, [OTHER]);
    expect(bench.result(job.id, OTHER).state).toBe('cancelled');
    expect(bench.result(job.id, 'B827EB000003').state).toBe('queued');
  });

  it('that nobody knows is told so', async () => {
    await expect(bench.engine.cancel('nothing-here', undefined)).rejects.toThrow(
      'There is no job nothing-here.',
    );
  });
});

describe('a deadline', () => {
  const deadlineAt = '2026-11-25T08:01:00.000Z';

  it('gives up what was never sent, and asks the device to end what may have arrived', async () => {
    const job = await bench.create([MAC, OTHER], { deadlineAt });
    await bench.untilSent(MAC, 'job');
    await pass(59_000);
    expect(bench.result(job.id, OTHER).state).toBe('queued');
    await pass(2_000);
    await until(() => bench.result(job.id, OTHER).state === 'timed-out', 'the deadline to pass');
    expect(bench.result(job.id, OTHER).error).toMatchObject({ code: 'timeout' });
    await bench.untilSent(MAC, 'cancel');
    expect(bench.result(job.id, MAC).state).toBe('sent');
    await bench.finish(MAC, job.id, { state: 'cancelled', exitCode: null });
    expect(bench.history.jobs.get(job.id)).toMatchObject({ state: 'failed', finishedAt: expect.any(String) });
  });

  it('means nothing to a device that accepted in time', async () => {
    const job = await bench.create([MAC], { deadlineAt });
    await bench.untilSent(MAC, 'job');
    await bench.say(MAC, job.id, { type: 'accepted' });
    await pass(120_000);
    expect(bench.requests(MAC, 'cancel')).toEqual([]);
    await bench.finish(MAC, job.id);
    expect(bench.result(job.id, MAC).state).toBe('succeeded');
  });
});

describe('a restart', () => {
  it('goes on with what was open: asks again, and knows the output that it has', async () => {
    const job = await bench.create([MAC, OTHER]);
    await bench.untilSent(MAC, 'job');
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'abc');
    await until(
      () => bench.history.output.ranges(job.id, MAC, 'stdout').length > 0,
      'the output to be stored',
    );
    await bench.restart();
    expect(bench.result(job.id, OTHER)).toMatchObject({ state: 'queued', attempts: 0 });
    bench.engine.resume(MAC);
    await bench.untilSent(MAC, 'job');
    await bench.finish(MAC, job.id, { output: { stdout: wholeStream('abcdef'), stderr: wholeStream('') } });
    expect(bench.requests(MAC, 'output')[0]?.body).toMatchObject({ from: [{ stream: 'stdout', offset: 3 }] });
    await bench.sayOutput(MAC, job.id, 'stdout', 3, 'def');
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'succeeded', detail: '' });
  });

  it('acknowledges again what it had stored, and changes nothing', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    const signed = await bench.signedResult(MAC, job.id);
    await bench.say(MAC, job.id, { type: 'finished', ageMs: 0, result: signed });
    await bench.restart();
    await bench.say(MAC, job.id, { type: 'finished', ageMs: 60_000, result: signed });
    await bench.untilSent(MAC, 'acknowledge');
    expect(bench.result(job.id, MAC).state).toBe('succeeded');
  });
});

describe('a device that is not linked', () => {
  it('is refused at once in a new job, and the job is over', async () => {
    bench.unlink(MAC);
    const job = await bench.create([MAC]);
    expect(job).toMatchObject({ state: 'failed', finishedAt: expect.any(String), counts: { rejected: 1 } });
    expect(bench.result(job.id, MAC).error).toMatchObject({ code: 'denied' });
    expect(bench.sent).toEqual([]);
  });

  it('ends what was open when it is unlinked, and says what is not known', async () => {
    const waiting = await bench.create([OTHER]);
    const sent = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.engine.release(OTHER);
    await bench.engine.release(MAC);
    expect(bench.result(waiting.id, OTHER).state).toBe('cancelled');
    expect(bench.result(sent.id, MAC)).toMatchObject({ state: 'interrupted', error: { code: 'conflict' } });
    expect(bench.result(sent.id, MAC).detail).toContain('Whether it ran is not known');
  });
});

describe('a retry', () => {
  it('is a new job for the devices that did not succeed', async () => {
    await bench.addDevice('B827EB000003');
    const job = await bench.create([MAC, 'B827EB000003']);
    await bench.untilSent(MAC, 'job');
    await bench.untilSent('B827EB000003', 'job');
    await bench.finish(MAC, job.id);
    await bench.finish('B827EB000003', job.id, { state: 'failed', exitCode: 1 });
    const again = await bench.engine.retry(job.id, undefined, 'Ada');
    expect(again).toMatchObject({ retryOf: job.id, total: 1, op: 'shell.run' });
    await expect(bench.engine.retry(job.id, [MAC], 'Ada')).rejects.toThrow(/nothing to retry/);
  });
});

describe('a full disk', () => {
  const full = (): Error => new AppError('no-space', 'The disk is full.');

  it('refuses a new job, which then exists nowhere', async () => {
    bench.failCommits(full);
    await expect(bench.create([MAC])).rejects.toThrow('The disk is full.');
    bench.failCommits(undefined);
    expect(bench.history.jobs.list({ limit: 10 })).toEqual([]);
    await pass(20_000);
    expect(bench.sent).toEqual([]);
  });

  it('sends nothing that could not be noted as sent, and sends it when there is room', async () => {
    bench.setOnline(MAC, false);
    const job = await bench.create([MAC]);
    bench.failCommits(full);
    bench.setOnline(MAC, true);
    bench.engine.resume(MAC);
    await until(() => bench.errors.length > 0, 'the failed commit to be told');
    expect(bench.sent).toEqual([]);
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'queued', attempts: 0 });
    bench.failCommits(undefined);
    await pass(11_000);
    await bench.untilSent(MAC, 'job');
  });

  it('acknowledges no result before it is stored, and loses none', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    bench.failCommits(full);
    await expect(bench.finish(MAC, job.id)).rejects.toThrow('The disk is full.');
    expect(bench.requests(MAC, 'acknowledge')).toEqual([]);
    expect(bench.history.results.get(job.id, MAC)?.state).toBe('sent');
    bench.failCommits(undefined);
    await until(
      () => bench.history.results.get(job.id, MAC)?.state === 'succeeded',
      'the result to be stored',
    );
    // The device sends it again until it is acknowledged.
    await bench.finish(MAC, job.id);
    await bench.untilSent(MAC, 'acknowledge');
  });

  it('has output sent again that could not be stored', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    bench.failCommits(full);
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'lost');
    await until(() => bench.errors.length > 0, 'the failed commit to be told');
    bench.failCommits(undefined);
    await bench.finish(MAC, job.id, { output: { stdout: wholeStream('lost'), stderr: wholeStream('') } });
    expect(bench.requests(MAC, 'output').at(-1)?.body).toMatchObject({
      from: [{ stream: 'stdout', offset: 0 }],
    });
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'lost');
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'succeeded', detail: '' });
  });
});

describe('a lost connection', () => {
  it('while a request leaves is no failure: it is sent again', async () => {
    bench.failRequests(() => new AppError('offline', 'There is no connection.'));
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    expect(bench.errors).toEqual([]);
    bench.failRequests(undefined);
    await pass(11_000);
    await bench.untilSent(MAC, 'job', 2);
    await bench.finish(MAC, job.id);
    expect(bench.result(job.id, MAC).state).toBe('succeeded');
  });
});
