import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOutput } from '../../contract/rpc/contract.ts';
import { OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES } from '../../contract/wire/limits.ts';
import { until } from '../support/poll.ts';
import { type RunningTestSite, startSite } from '../support/start-site.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.each(['embedded', 'mosquitto'] as const)('what a command gives, over the %s broker', (broker) => {
  let site: RunningTestSite;
  let mac: string;
  beforeAll(async () => {
    site = await startSite({ broker, agents: 1 });
    mac = site.fleet.agents[0]?.mac ?? '';
  });
  afterAll(() => site?.remove());

  const run = async (command: string, more: Record<string, unknown> = {}) => {
    const job = await site.run(command, [mac], more);
    return site.finished(job.id, 60_000);
  };

  /** All kept bytes of a stream, read the way that an export does. */
  async function readAll(jobId: string): Promise<{ offset: number; bytes: Buffer }[]> {
    const parts: { offset: number; bytes: Buffer }[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page: CallOutput<'jobs.read-output'> = await site.control.call('jobs.read-output', {
        jobId,
        mac,
        stream: 'stdout',
        offset,
        limitBytes: 1_000_000,
      });
      parts.push({ offset: page.offset, bytes: Buffer.from(page.data, 'base64') });
      offset = page.nextOffset;
    }
    return parts;
  }

  it('of 20 MB is counted and hashed whole, kept at its head and tail, and said to be cut between', async () => {
    const bytes = 20_000_000;
    const text = Buffer.from(
      Array.from({ length: bytes / 8 }, (_, index) => `${String(index).padStart(7, '0')}\n`).join(''),
    );
    const result = await run(`seq -f %07.0f 0 ${bytes / 8 - 1}`);
    expect(result).toMatchObject({ state: 'succeeded', exitCode: 0, detail: '' });
    expect(result.output?.stdout).toEqual({
      bytes,
      sha256: sha256(text),
      kept: [
        { offset: 0, length: OUTPUT_HEAD_BYTES },
        { offset: bytes - OUTPUT_TAIL_BYTES, length: OUTPUT_TAIL_BYTES },
      ],
    });
    const missing = bytes - OUTPUT_HEAD_BYTES - OUTPUT_TAIL_BYTES;
    expect(result.stdout).toContain(`… ${missing} bytes were not kept …`);
    expect(result.stdout.endsWith('2499999\n')).toBe(true);
    const parts = await readAll(result.jobId);
    for (const part of parts)
      expect(part.bytes.equals(text.subarray(part.offset, part.offset + part.bytes.length))).toBe(true);
    expect(parts.reduce((sum, part) => sum + part.bytes.length, 0)).toBe(
      OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES,
    );
  });

  it('of binary bytes arrives as it was printed', async () => {
    const result = await run(`head -c 100000 /dev/urandom | tee ${join(site.control.data, 'random')}`);
    const printed = readFileSync(join(site.control.data, 'random'));
    expect(result).toMatchObject({ state: 'succeeded', stdoutEncoding: 'base64' });
    expect(Buffer.from(result.stdout, 'base64').equals(printed)).toBe(true);
    expect(result.output?.stdout).toMatchObject({ bytes: 100_000, sha256: sha256(printed) });
  });

  it('that never ends shows its output live and is ended with its whole group when cancelled', async () => {
    let live = '';
    const job = await site.run('sleep 9876 & echo $! $$; wait', [mac]);
    const off = site.control.rpc.on('jobs.output', ({ jobId, data }) => {
      if (jobId === job.id) live += Buffer.from(data, 'base64').toString();
    });
    await site.control.call('jobs.watch', { jobId: job.id });
    await until(
      async () =>
        live.includes('\n') ||
        (await site.control.call('jobs.show', { jobId: job.id })).results[0]?.stdout !== '',
      'its first line while it runs',
      15_000,
    );
    expect((await site.results(job.id))[0]?.state).toBe('running');
    await site.control.call('jobs.cancel', { jobId: job.id });
    const result = await site.finished(job.id);
    off();
    expect(result).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(result.startedAt).not.toBeNull();
    for (const pid of result.stdout.trim().split(' '))
      expect(isAlive(Number(pid)), `process ${pid}`).toBe(false);
  });

  it('that never ends is ended with its whole group at its time limit', async () => {
    const result = await run('sleep 9875 & echo $!; wait', { timeoutSec: 1 });
    expect(result).toMatchObject({ state: 'timed-out', error: { code: 'timeout' } });
    expect(result.error?.message).toContain('longer than 1 s');
    expect(isAlive(Number(result.stdout.trim()))).toBe(false);
  });

  it('that leaves a daemon behind is its own exit code, and says that something goes on', async () => {
    const pidFile = join(site.control.data, 'daemon.pid');
    const result = await run(`(sleep 60 & echo $! > ${pidFile}); echo started; exit 3`);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    try {
      expect(result).toMatchObject({ state: 'failed', exitCode: 3, signal: null, stdout: 'started\n' });
      expect(result.value).toEqual({ backgroundProcesses: true });
      expect(isAlive(pid)).toBe(true);
    } finally {
      process.kill(pid, 'SIGKILL');
      rmSync(pidFile);
    }
  });

  it('with a missing interpreter is a failure that names it', async () => {
    const result = await run('print("x")', { interpreter: '/usr/bin/python9' });
    expect(result).toMatchObject({ state: 'failed', exitCode: null, error: { code: 'not-found' } });
    expect(result.error?.message).toContain('/usr/bin/python9');
  });

  it('with a syntax error is the shell’s own exit code and words', async () => {
    const result = await run('if then fi (');
    expect(result).toMatchObject({ state: 'failed', exitCode: 2, signal: null, error: null });
    expect(result.stderr.toLowerCase()).toContain('syntax error');
  });

  it('as a user whom the device does not have is a failure that names the user', async () => {
    const result = await run('true', { user: 'nobody-at-all' });
    expect(result).toMatchObject({ state: 'failed', exitCode: null, error: { code: 'not-found' } });
    expect(result.error?.message).toContain('nobody-at-all');
  });

  it('that a signal ends names the signal', async () => {
    expect(await run('kill -SEGV $$')).toMatchObject({ state: 'failed', exitCode: null, signal: 'SIGSEGV' });
  });

  it('of a script keeps both streams, arguments and environment apart', async () => {
    const { job } = await site.control.call('jobs.start', {
      siteId: site.siteId,
      op: 'shell.run',
      args: {
        script: '#!/bin/sh\necho "out $1 $PLACE"\necho "err" >&2\npwd\nexit 7\n',
        arguments: ['a b'],
        environment: { PLACE: 'Köln' },
        workingDirectory: '/tmp',
      },
      target: { kind: 'devices', macs: [mac] },
    });
    const result = await site.finished(job.id);
    expect(result).toMatchObject({
      state: 'failed',
      exitCode: 7,
      stdout: 'out a b Köln\n/tmp\n',
      stderr: 'err\n',
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    // A process that nobody collects is over all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
