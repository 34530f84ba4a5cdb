import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobResult, OutputStream, StreamSummary } from '../../contract/model/job.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import type { SignedResult } from '../../contract/wire/messages/job.ts';
import type { RequestBody } from '../../contract/wire/messages/request.ts';
import type { Sendable } from '../../electron/services/fleet/fleet.ts';
import { newDevice } from '../../electron/services/fleet/stored-device.ts';
import { createHistory, type History } from '../../electron/services/history/history.ts';
import { createJobEngine, type JobEngine } from '../../electron/services/jobs/job-engine.ts';
import { until } from './poll.ts';

export const BENCH_SITE = 'benchsite';
const OFFLINE: Sendable = {
  ok: false,
  waits: true,
  reason: 'Waits: offline. It starts when the device appears.',
};

/** One stream as a device describes what it printed and kept whole. */
export function wholeStream(text: string): StreamSummary {
  const bytes = Buffer.from(text);
  const kept = bytes.length > 0 ? [{ offset: 0, length: bytes.length }] : [];
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), kept };
}

/** A job engine on a real history, with devices that answer as a test says, and a clock that a test moves. */
export async function startEngineBench() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-engine-'));
  const opener = createDocumentOpener();
  const keys = new Map<string, Signer>();
  const sendables = new Map<string, Sendable>();
  const unlinked = new Set<string>();
  const sent: { mac: string; body: RequestBody }[] = [];
  const errors: unknown[] = [];
  const raised: number[] = [];
  const liveOutput: string[] = [];
  const states: string[] = [];
  let nowMs = Date.parse('2026-11-25T08:00:00.000Z');
  let requestFails: (() => Error | undefined) | undefined;
  let commitFails: (() => Error | undefined) | undefined;
  let history: History;
  let engine: JobEngine;

  async function open(): Promise<void> {
    const real = createHistory({ path: join(folder, 'history.sqlite'), onReport: () => undefined });
    await real.start();
    history = {
      ...real,
      get jobs() {
        return real.jobs;
      },
      get results() {
        return real.results;
      },
      get output() {
        return real.output;
      },
      get audit() {
        return real.audit;
      },
      get events() {
        return real.events;
      },
      get metrics() {
        return real.metrics;
      },
      transaction(work) {
        const failure = commitFails?.();
        if (failure) throw failure;
        return real.transaction(work);
      },
    };
    engine = createJobEngine({
      siteId: BENCH_SITE,
      history,
      opener,
      now: () => nowMs,
      fleet: {
        sendable: (mac) => sendables.get(mac) ?? OFFLINE,
        stored: (mac) => {
          const key = keys.get(mac);
          return key && { ...newDevice(), linked: !unlinked.has(mac), boundKey: key.publicKey };
        },
      },
      async request(mac, body) {
        sent.push({ mac, body });
        const failure = requestFails?.();
        if (failure) throw failure;
      },
      async raiseSequence(seq) {
        raised.push(seq);
      },
      onError: (error) => errors.push(error),
    });
    engine.resultChanged.on(({ state }) => states.push(state));
    engine.outputArrived.on(({ data }) => liveOutput.push(Buffer.from(data, 'base64').toString()));
    await engine.start();
  }

  async function close(): Promise<void> {
    await engine.stop();
    await history.stop();
  }

  async function addDevice(mac: string, online = true): Promise<void> {
    const signer = await createSigner(await generatePrivateKey());
    keys.set(mac, signer);
    setOnline(mac, online);
  }
  function setOnline(mac: string, online: boolean): void {
    const key = keys.get(mac);
    sendables.set(mac, online && key ? { ok: true, publicKey: key.publicKey } : OFFLINE);
  }

  const say = (mac: string, jobId: string, message: Record<string, unknown>): Promise<void> =>
    engine.receive(mac, jobId, JSON.stringify({ v: 2, seq: 0, ...message }));

  async function signedResult(
    mac: string,
    jobId: string,
    change: Partial<SignedResult> = {},
    signer: Signer | undefined = keys.get(mac),
  ): Promise<string> {
    if (!signer) throw new Error(`${mac} has no key.`);
    return signer.sign('muster-result', {
      v: 2,
      site: BENCH_SITE,
      mac,
      jobId,
      op: 'shell.run',
      state: 'succeeded',
      exitCode: 0,
      signal: null,
      durationMs: 5,
      error: null,
      output: { stdout: wholeStream(''), stderr: wholeStream('') },
      value: null,
      ...change,
    });
  }

  await open();
  return {
    sent,
    errors,
    raised,
    states,
    liveOutput,
    get engine() {
      return engine;
    },
    get history() {
      return history;
    },
    addDevice,
    setOnline,
    signer: (mac: string) => keys.get(mac),
    unlink: (mac: string) => unlinked.add(mac),
    advance(ms: number): void {
      nowMs += ms;
    },
    now: () => nowMs,
    failRequests(fails: typeof requestFails): void {
      requestFails = fails;
    },
    failCommits(fails: typeof commitFails): void {
      commitFails = fails;
    },
    create: (macs: string[], more: { deadlineAt?: string } = {}): Promise<Job> =>
      engine.create({
        op: 'shell.run',
        args: { command: 'true' },
        macs,
        createdBy: 'Ada',
        deadlineAt: more.deadlineAt ?? null,
        retryOf: null,
      }),
    result(jobId: string, mac: string): JobResult {
      const row = history.results.get(jobId, mac);
      if (!row) throw new Error(`There is no result of ${jobId} on ${mac}.`);
      return engine.present(row);
    },
    requests: (mac: string, type: RequestBody['type']) =>
      sent.filter((request) => request.mac === mac && request.body.type === type),
    untilSent: (mac: string, type: RequestBody['type'], count = 1): Promise<void> =>
      until(
        () => sent.filter((request) => request.mac === mac && request.body.type === type).length >= count,
        `${count} ${type} to ${mac}`,
      ),
    say,
    sayOutput: (
      mac: string,
      jobId: string,
      stream: OutputStream,
      offset: number,
      text: string,
    ): Promise<void> =>
      say(mac, jobId, { type: 'output', stream, offset, data: Buffer.from(text).toString('base64') }),
    signedResult,
    async finish(
      mac: string,
      jobId: string,
      change: Partial<SignedResult> = {},
      signer?: Signer,
    ): Promise<void> {
      const result = await signedResult(mac, jobId, change, signer);
      await say(mac, jobId, { type: 'finished', ageMs: 0, result });
    },
    /** As after a crash: the engine and the history begin anew on what is on the disk. */
    async restart(): Promise<void> {
      await close();
      sent.length = 0;
      await open();
    },
    async remove(): Promise<void> {
      commitFails = undefined;
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type EngineBench = Awaited<ReturnType<typeof startEngineBench>>;
