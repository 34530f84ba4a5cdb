import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../contract/lib/errors.ts';
import type { Device } from '../../contract/model/device.ts';
import {
  isFinal,
  type Job,
  type JobResult,
  jobStateOf,
  type OutputStream,
} from '../../contract/model/job.ts';
import type { Site } from '../../contract/model/site.ts';
import type { Handlers, Session } from '../../contract/rpc/contract.ts';
import { createControlFile, createRunToken } from '../../electron/rpc/control-file.ts';
import { createRpcServer } from '../../electron/rpc/server.ts';
import { createWebSocketHost } from '../../electron/rpc/web-socket.ts';
import { stubHandlers } from './stub-handlers.ts';

/** What a fake device printed; kept in memory. */
type Printed = Record<OutputStream, Buffer>;

/**
 * A control centre on a real WebSocket whose devices do what the test says: for tests of its clients. Sites,
 * devices and jobs are plain data; `onJob` is told of each new job and lets its devices act.
 */
export interface ScriptedControlCentre {
  readonly dataFolder: string;
  readonly devices: Device[];
  /** The device printed something. `silently`: no event is sent, as when an event is lost. */
  print(jobId: string, mac: string, stream: OutputStream, text: string | Buffer, silently?: boolean): void;
  /** The result is now so; a final one gets its output summary. */
  set(jobId: string, mac: string, change: Partial<JobResult>): void;
  changeDevice(mac: string, change: Partial<Device>): void;
  result(jobId: string, mac: string): JobResult;
  /** Every call that was made, in order. */
  readonly calls: { name: string; input: unknown }[];
  stop(): Promise<void>;
}

export async function startScriptedControlCentre({
  sites,
  devices,
  onJob = () => undefined,
  handlers = {},
}: {
  sites: Site[];
  devices: Device[];
  onJob?: (job: Job, macs: string[], centre: ScriptedControlCentre) => void;
  handlers?: Partial<Handlers>;
}): Promise<ScriptedControlCentre> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'muster-fake-'));
  const token = createRunToken();
  const calls: ScriptedControlCentre['calls'] = [];
  const jobs = new Map<string, { job: Job; results: Map<string, JobResult>; output: Map<string, Printed> }>();
  const watchers = new Map<string, Set<Session>>();
  let nextId = 1;

  const entry = (jobId: string) => {
    const found = jobs.get(jobId);
    if (found) return found;
    throw new AppError('not-found', `There is no job ${jobId}.`);
  };
  const printed = (jobId: string, mac: string): Printed => {
    const { output } = entry(jobId);
    const known = output.get(mac) ?? { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    output.set(mac, known);
    return known;
  };
  const jobOf = (jobId: string): Job => {
    const { job, results } = entry(jobId);
    const counts: Job['counts'] = {};
    for (const { state } of results.values()) counts[state] = (counts[state] ?? 0) + 1;
    return { ...job, counts, state: jobStateOf(counts), total: results.size };
  };
  const summary = (bytes: Buffer) => ({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    kept: bytes.length > 0 ? [{ offset: 0, length: bytes.length }] : [],
  });
  const tell = (jobId: string, act: (session: Session) => void): void => {
    for (const session of watchers.get(jobId) ?? []) act(session);
  };

  const create = (base: Pick<Job, 'siteId' | 'op' | 'args' | 'retryOf'>, macs: string[]): Job => {
    const id = `job-${nextId}`;
    nextId += 1;
    const at = new Date().toISOString();
    const job: Job = {
      ...base,
      id,
      title: String(base.args.command ?? base.op),
      state: 'running',
      createdAt: at,
      createdBy: 'Ada',
      finishedAt: null,
      deadlineAt: null,
      total: macs.length,
      counts: {},
    };
    const results = macs.map((mac): [string, JobResult] => [
      mac,
      {
        jobId: id,
        mac,
        state: 'queued',
        detail: '',
        since: at,
        exitCode: null,
        signal: null,
        startedAt: null,
        finishedAt: null,
        attempts: 0,
        error: null,
        output: null,
        value: null,
      },
    ]);
    jobs.set(id, { job, results: new Map(results), output: new Map() });
    setImmediate(() => onJob(job, macs, centre));
    return jobOf(id);
  };

  const server = createRpcServer({
    handlers: recorded(calls, {
      'session.start'(_input, session) {
        setImmediate(() => {
          session.emit('sites.snapshot', { sites });
          session.emit('devices.snapshot', { devices: [...centre.devices], first: true });
          session.emit('jobs.snapshot', { jobs: [...jobs.keys()].map(jobOf) });
          session.emit('session.ready', {});
        });
        return { version: '0.1.0', host: 'headless', role: 'admin', actor: 'Ada', dataFolder };
      },
      'jobs.start'({ siteId, op, args, target }) {
        const linked = centre.devices.filter((device) => device.siteId === siteId && device.linked);
        const macs =
          target.kind === 'devices'
            ? target.macs
            : linked
                .filter(
                  ({ tags, groups }) =>
                    target.kind === 'all' ||
                    (target.kind === 'tag' ? tags.includes(target.tag) : groups.includes(target.group)),
                )
                .map(({ mac }) => mac);
        return { job: create({ siteId, op, args, retryOf: null }, macs) };
      },
      'jobs.list': ({ limit }) => ({ jobs: [...jobs.keys()].reverse().slice(0, limit).map(jobOf) }),
      'jobs.show'({ jobId, macs, outputLimitBytes }) {
        const results = [...entry(jobId).results.values()].filter(({ mac }) => !macs || macs.includes(mac));
        return {
          job: jobOf(jobId),
          results: results.map((result) => {
            const { stdout, stderr } = printed(jobId, result.mac);
            return {
              ...result,
              stdout: stdout.subarray(0, outputLimitBytes).toString('utf8'),
              stderr: stderr.subarray(0, outputLimitBytes).toString('utf8'),
              stdoutEncoding: 'utf8' as const,
              stderrEncoding: 'utf8' as const,
            };
          }),
        };
      },
      'jobs.watch'({ jobId }, session) {
        const { results } = entry(jobId);
        watchers.set(jobId, (watchers.get(jobId) ?? new Set()).add(session));
        return { job: jobOf(jobId), results: [...results.values()] };
      },
      'jobs.unwatch'({ jobId }, session) {
        watchers.get(jobId)?.delete(session);
        return {};
      },
      'jobs.cancel'({ jobId, macs }) {
        for (const { mac, state } of entry(jobId).results.values()) {
          if (!isFinal(state) && (!macs || macs.includes(mac)))
            centre.set(jobId, mac, { state: 'cancelled' });
        }
        return { job: jobOf(jobId) };
      },
      'jobs.retry'({ jobId, macs }) {
        const { job, results } = entry(jobId);
        const again = [...results.values()].filter(
          ({ mac, state }) => isFinal(state) && state !== 'succeeded' && (!macs || macs.includes(mac)),
        );
        return {
          job: create(
            { ...job, retryOf: jobId },
            again.map(({ mac }) => mac),
          ),
        };
      },
      'jobs.read-output'({ jobId, mac, stream, offset, limitBytes }) {
        const all = printed(jobId, mac)[stream];
        const bytes = all.subarray(offset, offset + limitBytes);
        const end = offset + bytes.length;
        return { offset, data: bytes.toString('base64'), nextOffset: end < all.length ? end : null };
      },
      ...handlers,
    }),
    onProblem: ({ error }) => {
      throw error;
    },
  });
  const host = createWebSocketHost({
    host: '127.0.0.1',
    port: 0,
    token,
    staticFolder: dataFolder,
    onPort: (port) => server.attach(port, { role: 'admin', actor: 'Ada' }),
    onProblem: () => undefined,
  });
  await host.start();
  await createControlFile({ folder: dataFolder, token, pid: process.pid, now: () => new Date() }).write(
    host.rpcUrl(),
  );

  const centre: ScriptedControlCentre = {
    dataFolder,
    devices,
    calls,
    print(jobId, mac, stream, text, silently = false) {
      const output = printed(jobId, mac);
      const bytes = Buffer.from(text);
      const offset = output[stream].length;
      output[stream] = Buffer.concat([output[stream], bytes]);
      if (silently) return;
      tell(jobId, (session) =>
        session.emit('jobs.output', { jobId, mac, stream, offset, data: bytes.toString('base64') }),
      );
    },
    set(jobId, mac, change) {
      const { results } = entry(jobId);
      const changed = { ...centre.result(jobId, mac), ...change };
      if (isFinal(changed.state) && changed.output === null) {
        const { stdout, stderr } = printed(jobId, mac);
        changed.output = { stdout: summary(stdout), stderr: summary(stderr) };
      }
      results.set(mac, changed);
      tell(jobId, (session) => session.emit('jobs.results', { jobId, results: [changed] }));
    },
    changeDevice(mac, change) {
      const index = devices.findIndex((device) => device.mac === mac);
      const changed = { ...(devices[index] as Device), ...change };
      devices[index] = changed;
      server.emitAll('devices.changed', { devices: [changed] });
    },
    result(jobId, mac) {
      const result = entry(jobId).results.get(mac);
      if (!result) throw new Error(`${jobId} is not for ${mac}`);
      return result;
    },
    async stop() {
      await host.stop();
      await rm(dataFolder, { recursive: true });
    },
  };
  return centre;
}

/** Handlers that note each call. */
function recorded(calls: ScriptedControlCentre['calls'], given: Partial<Handlers>): Handlers {
  const all = stubHandlers(given);
  const entries = Object.entries(all).map(([name, handler]) => [
    name,
    (input: never, session: Session) => {
      calls.push({ name, input });
      return (handler as (input: never, session: Session) => unknown)(input, session);
    },
  ]);
  return Object.fromEntries(entries) as Handlers;
}
