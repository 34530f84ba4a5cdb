import { AppError } from '../contract/lib/errors.ts';
import type { Device } from '../contract/model/device.ts';
import { isFinal, type Job, type JobResult, type OutputStream } from '../contract/model/job.ts';
import type { ControlCentre } from './control-centre.ts';
import { readJob } from './job-output.ts';
import type { Terminal } from './terminal.ts';

/** A piece of output as it comes; pieces of a stream may be missing or come late. */
export interface LivePiece {
  readonly mac: string;
  readonly stream: OutputStream;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** How a job stood when the command stopped watching it. */
export interface JobOutcome {
  readonly job: Job;
  readonly results: readonly JobResult[];
  /** Ctrl-C came first. */
  readonly interrupted: boolean;
}

/** What wants to know of a job while it runs. */
export interface JobListener {
  /** What is known when the watch begins. */
  begin?(results: readonly JobResult[]): void;
  piece?(piece: LivePiece): void;
  result?(result: JobResult): void;
}

/**
 * Watches a job until nothing more will happen for now: all results are final, or what is left waits for devices
 * that are offline. Rejects with `offline` when the control centre goes away; the job itself goes on there.
 */
export async function followJob(
  { centre, terminal }: { centre: ControlCentre; terminal: Terminal },
  jobId: string,
  listener: JobListener = {},
): Promise<JobOutcome> {
  const { client } = centre;
  const results = new Map<string, JobResult>();
  const put = (result: JobResult): void => {
    const known = results.get(result.mac);
    // A result is final once: what was on its way meanwhile is older.
    if (known && isFinal(known.state) && !isFinal(result.state)) return;
    results.set(result.mac, result);
  };

  const releases: (() => void)[] = [];
  try {
    let siteId: string | undefined;
    const interrupted = await new Promise<boolean>((resolve, reject) => {
      const settleWhenDone = (): void => {
        if (siteId === undefined) return;
        const { device } = centre;
        const site = siteId;
        if ([...results.values()].every((result) => isSettled(result, device(site, result.mac))))
          resolve(false);
      };
      releases.push(
        client.on('jobs.results', (body) => {
          if (body.jobId !== jobId) return;
          for (const result of body.results) {
            put(result);
            listener.result?.(result);
          }
          settleWhenDone();
        }),
        client.on('jobs.output', ({ jobId: id, mac, stream, offset, data }) => {
          if (id === jobId) listener.piece?.({ mac, stream, offset, bytes: Buffer.from(data, 'base64') });
        }),
        client.on('devices.changed', settleWhenDone),
        client.onClose(() => reject(lostError(jobId))),
        terminal.onInterrupt(() => resolve(true)),
      );
      client.call('jobs.watch', { jobId }).then((watched) => {
        for (const result of watched.results) put(result);
        siteId = watched.job.siteId;
        listener.begin?.(watched.results);
        settleWhenDone();
      }, reject);
    });
    await client.call('jobs.unwatch', { jobId });
    const { job, results: last } = await readJob(client, jobId);
    return { job, results: last, interrupted };
  } finally {
    for (const release of releases) release();
  }
}

/** Whether nothing will happen to a result before its device appears, or an identity alarm is settled. */
export function isSettled(result: Pick<JobResult, 'state'>, device: Device | undefined): boolean {
  if (isFinal(result.state)) return true;
  if (result.state !== 'queued') return false;
  const isInDoubt = device?.alarms.some(({ kind }) => kind === 'other-key' || kind === 'cloned-key');
  // A queued job of a device that is online will be sent at once.
  return !device?.online || isInDoubt === true;
}

function lostError(jobId: string): AppError {
  return new AppError(
    'offline',
    `The control centre went away. The job goes on when it is back; see it with “muster jobs watch ${jobId}”.`,
  );
}
