import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../contract/lib/errors.ts';
import { type EngineBench, startEngineBench, wholeStream } from '../../../test/support/engine-bench.ts';
import { until } from '../../../test/support/poll.ts';

const MAC = 'B827EB000001';
const OTHER = 'B827EB000002';

let bench: EngineBench;
beforeEach(async () => {
  // Only the engine's own look around, once a second, is moved by hand; everything else takes its real time.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  bench = await startEngineBench();
  await bench.addDevice(MAC);
  await bench.addDevice(OTHER);
});
afterEach(async () => {
  vi.useRealTimers();
  await bench.remove();
});

/** Time passes for the engine, and it looks at what waits. */
async function pass(ms: number): Promise<void> {
  await settled();
  bench.advance(ms);
  vi.advanceTimersByTime(1_000);
  await settled();
}
/** What is under way without waiting for anything outside has ended. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a job on a device that is online', () => {
  it('goes from queued over sent, accepted and running to its end, and is acknowledged once it is stored', async () => {
    const job = await bench.create([MAC]);
    expect(bench.history.jobs.get(job.id)?.counts).toEqual({ queued: 1 });
    await bench.untilSent(MAC, 'job');
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'sent', attempts: 1 });
    await bench.say(MAC, job.id, { type: 'accepted' });
    await bench.say(MAC, job.id, { type: 'running', elapsedMs: 100 });
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'running', detail: 'Running.' });
    expect(Date.parse(bench.result(job.id, MAC).startedAt ?? '')).toBe(bench.now() - 100);
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'hello');
    expect(bench.liveOutput).toEqual(['hello']);
    await bench.finish(MAC, job.id, {
      exitCode: 3,
      state: 'failed',
      output: { stdout: wholeStream('hello'), stderr: wholeStream('') },
    });
    const result = bench.history.results.get(job.id, MAC);
    expect(result).toMatchObject({ state: 'failed', exitCode: 3, detail: '', receipt: expect.any(String) });
    expect(bench.history.jobs.get(job.id)).toMatchObject({ state: 'failed', finishedAt: expect.any(String) });
    await bench.untilSent(MAC, 'acknowledge');
    expect([...new Set(bench.states)]).toEqual(['sent', 'accepted', 'running', 'failed']);
  });

  it('does not go back when messages come late or twice', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.say(MAC, job.id, { type: 'running', elapsedMs: 0 });
    await bench.say(MAC, job.id, { type: 'accepted' });
    expect(bench.result(job.id, MAC).state).toBe('running');
    await bench.finish(MAC, job.id);
    await bench.untilSent(MAC, 'acknowledge');
    const first = bench.history.results.get(job.id, MAC);
    await bench.finish(MAC, job.id, { state: 'failed', exitCode: 9 });
    await bench.say(MAC, job.id, { type: 'running', elapsedMs: 0 });
    expect(bench.history.results.get(job.id, MAC)).toEqual(first);
    // Whoever sends it again did not hear that it is stored.
    await bench.untilSent(MAC, 'acknowledge', 2);
  });

  it('is sent again while nothing comes back, less and less often', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await pass(9_000);
    expect(bench.requests(MAC, 'job')).toHaveLength(1);
    await pass(2_000);
    await bench.untilSent(MAC, 'job', 2);
    await pass(11_000);
    expect(bench.requests(MAC, 'job')).toHaveLength(2);
    await pass(10_000);
    await bench.untilSent(MAC, 'job', 3);
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'sent', attempts: 3 });
  });

  it('is asked after when it runs and says nothing, less and less often', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.say(MAC, job.id, { type: 'running', elapsedMs: 0 });
    await pass(4_000);
    expect(bench.requests(MAC, 'job')).toHaveLength(1);
    await pass(2_000);
    await bench.untilSent(MAC, 'job', 2);
    await pass(6_000);
    expect(bench.requests(MAC, 'job')).toHaveLength(2);
    await pass(5_000);
    await bench.untilSent(MAC, 'job', 3);
    expect(bench.result(job.id, MAC).state).toBe('running');
  });

  it('is signed anew above the number that the device has seen, when it was refused as out of order', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    const refusal = { v: 2, site: 'benchsite', mac: MAC, jobId: job.id, reason: 'replayed', highestSeq: 777 };
    const jws = (await bench.signer(MAC)?.sign('muster-refusal', refusal)) ?? '';
    await bench.say(MAC, job.id, { type: 'refused', refusal: jws });
    expect(bench.raised).toEqual([777]);
    await bench.untilSent(MAC, 'job', 2);
    // A device that always refuses gets no endless dialogue.
    for (let again = 0; again < 10; again += 1)
      await bench.say(MAC, job.id, { type: 'refused', refusal: jws });
    expect(bench.raised).toHaveLength(5);
  });

  it('waits again, and says that it was sent, when the device goes away before it confirmed', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    bench.setOnline(MAC, false);
    bench.engine.refresh(MAC);
    const waiting = bench.result(job.id, MAC);
    expect(waiting.state).toBe('queued');
    expect(waiting.detail).toContain('sent before, but the device never confirmed it');
    bench.setOnline(MAC, true);
    bench.engine.resume(MAC);
    await bench.untilSent(MAC, 'job', 2);
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('a result that is not genuine', () => {
  it('ends nothing: another key, another device, another job, another site, changed text', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    const foreign = bench.signer(OTHER);
    await expect(bench.finish(MAC, job.id, {}, foreign)).rejects.toThrow(/unknown key/);
    await expect(bench.finish(MAC, job.id, { mac: OTHER })).rejects.toThrow(/another device/);
    await expect(bench.finish(MAC, job.id, { jobId: 'another-job' })).rejects.toThrow(
      /another device, job or site/,
    );
    await expect(bench.finish(MAC, job.id, { site: 'othersite' })).rejects.toThrow(/site/);
    const good = await bench.signedResult(MAC, job.id);
    const broken = `${good.slice(0, -20)}${'A'.repeat(20)}`;
    await expect(bench.say(MAC, job.id, { type: 'finished', ageMs: 0, result: broken })).rejects.toThrow(
      /signature/,
    );
    expect(bench.result(job.id, MAC).state).toBe('sent');
    expect(bench.requests(MAC, 'acknowledge')).toEqual([]);
  });

  it('is not acknowledged for a job that was never here', async () => {
    await bench.finish(MAC, 'no-such-job-1');
    await bench.create([OTHER]);
    await bench.untilSent(OTHER, 'job');
    expect(bench.requests(MAC, 'acknowledge')).toEqual([]);
  });

  it('is refused when it is no message of the protocol', async () => {
    await expect(bench.engine.receive(MAC, 'job-00001', '{')).rejects.toThrow(AppError);
    await expect(bench.engine.receive(MAC, 'job-00001', '{"v":2,"type":"dance"}')).rejects.toThrow(AppError);
    await expect(bench.engine.receive(MAC, 'job-00001', 'x'.repeat(300_000))).rejects.toThrow(/bytes/);
  });
});

describe('output that does not come whole', () => {
  it('is asked for from the first byte that is missing, before the result counts', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'abc');
    await bench.sayOutput(MAC, job.id, 'stdout', 6, 'ghi');
    await bench.finish(MAC, job.id, {
      output: { stdout: wholeStream('abcdefghi'), stderr: wholeStream('') },
    });
    expect(bench.requests(MAC, 'output').at(-1)?.body).toMatchObject({
      from: [{ stream: 'stdout', offset: 3 }],
    });
    expect(bench.result(job.id, MAC).state).toBe('sent');
    expect(bench.result(job.id, MAC).detail).toContain('the rest of its output is on the way');
    await bench.sayOutput(MAC, job.id, 'stdout', 3, 'def');
    expect(bench.result(job.id, MAC)).toMatchObject({ state: 'succeeded', detail: '' });
    expect(bench.history.output.read(job.id, MAC, 'stdout')[0]?.bytes.toString()).toBe('abcdefghi');
  });

  it('is given up with a word after questions that brought nothing', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.finish(MAC, job.id, { output: { stdout: wholeStream('gone'), stderr: wholeStream('') } });
    for (let question = 2; question <= 5; question += 1) {
      await pass(6_000);
      await bench.untilSent(MAC, 'output', question);
    }
    await pass(6_000);
    await until(() => bench.result(job.id, MAC).state === 'succeeded', 'the result to be stored');
    expect(bench.result(job.id, MAC).detail).toBe('The device no longer has its stdout from byte 0.');
  });

  it('is said to be wrong when its hash is not the one that the device signed', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'FORGED');
    await bench.finish(MAC, job.id, { output: { stdout: wholeStream('honest'), stderr: wholeStream('') } });
    expect(bench.result(job.id, MAC).detail).toMatch(
      /^What arrived of its stdout is not what the device printed/,
    );
  });

  it('is not stored beyond what a stream may keep, nor where the device kept nothing', async () => {
    const job = await bench.create([MAC]);
    await bench.untilSent(MAC, 'job');
    const chunk = 'x'.repeat(48 * 1024);
    let offset = 0;
    await expect(
      (async () => {
        for (; offset < 10_000_000; offset += chunk.length)
          await bench.sayOutput(MAC, job.id, 'stderr', offset, chunk);
      })(),
    ).rejects.toThrow(/does not belong/);
    expect(offset).toBeLessThan(4_600_000);
    await bench.finish(MAC, job.id, { output: { stdout: wholeStream('abc'), stderr: wholeStream('') } });
    await expect(bench.sayOutput(MAC, job.id, 'stdout', 1_000, 'junk')).rejects.toThrow(/does not belong/);
    await bench.sayOutput(MAC, job.id, 'stdout', 0, 'abc');
    expect(bench.result(job.id, MAC).state).toBe('succeeded');
  });
});
