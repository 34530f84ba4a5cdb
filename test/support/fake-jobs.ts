import type { Device } from '../../contract/model/device.ts';
import {
  type Job,
  type JobResult,
  type JobResultWithOutput,
  jobStateOf,
  type ResultState,
} from '../../contract/model/job.ts';
import type { OperationName } from '../../contract/model/operation.ts';

/** A job and its results in memory, as the fake control centre holds them. */
export interface FakeJob {
  job: Job;
  results: Map<string, JobResult>;
  output: Map<string, string>;
}

export function createFakeJob(options: {
  id: string;
  siteId: string;
  op: OperationName;
  title: string;
  args: Record<string, unknown>;
  devices: readonly Device[];
  createdAt?: string;
  retryOf?: string;
}): FakeJob {
  const createdAt = options.createdAt ?? new Date().toISOString();
  const results = new Map<string, JobResult>();
  for (const device of options.devices) {
    const queued = !device.online;
    results.set(device.mac, {
      jobId: options.id,
      mac: device.mac,
      state: queued ? 'queued' : 'sent',
      detail: queued ? 'Offline; will start when it appears.' : 'On its way to the device.',
      since: createdAt,
      exitCode: null,
      signal: null,
      startedAt: null,
      finishedAt: null,
      attempts: queued ? 0 : 1,
      error: null,
      output: null,
      value: null,
    });
  }
  const fake: FakeJob = {
    job: {
      id: options.id,
      siteId: options.siteId,
      op: options.op,
      title: options.title,
      args: options.args,
      state: 'running',
      createdAt,
      createdBy: 'Anna Kern',
      finishedAt: null,
      deadlineAt: null,
      retryOf: options.retryOf ?? null,
      total: results.size,
      counts: {},
    },
    results,
    output: new Map(),
  };
  recount(fake);
  return fake;
}

/** Brings counts and state in line with the results. */
export function recount(fake: FakeJob): void {
  const counts: Job['counts'] = {};
  for (const { state } of fake.results.values()) counts[state] = (counts[state] ?? 0) + 1;
  const state = jobStateOf(counts);
  const open = state === 'running' || state === 'waiting';
  fake.job = { ...fake.job, counts, state, finishedAt: open ? null : new Date().toISOString() };
}

/** Moves one device's part of a job on. */
export function setResult(
  fake: FakeJob,
  mac: string,
  state: ResultState,
  more: Partial<JobResult> = {},
): JobResult {
  const old = fake.results.get(mac);
  if (!old) throw new Error(`No result for ${mac}.`);
  const result = { ...old, state, since: new Date().toISOString(), detail: '', ...more };
  fake.results.set(mac, result);
  return result;
}

/** Ends one device's part with an output; one device in thirteen fails. */
export function finishResult(
  fake: FakeJob,
  device: Device,
  index: number,
): { result: JobResult; text: string } {
  const failed = index % 13 === 6;
  const text = failed
    ? 'Traceback (most recent call last):\n  File "/opt/line/check.py", line 3, in <module>\n    import smbus\nImportError: No module named smbus\n'
    : `Linux ${index % 9 === 4 ? (device.hostName ?? 'device') : 'raspberrypi'} 6.6.31+rpt-rpi-v8 #1 SMP PREEMPT aarch64 GNU/Linux\n`;
  fake.output.set(device.mac, text);
  const stream = { bytes: text.length, sha256: 'a'.repeat(64), kept: [{ offset: 0, length: text.length }] };
  const empty = { bytes: 0, sha256: 'e'.repeat(64), kept: [] };
  const result = setResult(fake, device.mac, failed ? 'failed' : 'succeeded', {
    exitCode: failed ? 1 : 0,
    finishedAt: new Date().toISOString(),
    output: { stdout: failed ? empty : stream, stderr: failed ? stream : empty },
    ...(failed ? { detail: 'The command ended with exit code 1.' } : {}),
  });
  return { result, text };
}

export function withOutput(fake: FakeJob, result: JobResult): JobResultWithOutput {
  const text = fake.output.get(result.mac) ?? '';
  const failed = result.state === 'failed';
  return {
    ...result,
    stdout: failed ? '' : text,
    stderr: failed ? text : '',
    stdoutEncoding: 'utf8',
    stderrEncoding: 'utf8',
  };
}
