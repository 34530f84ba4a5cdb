import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord, Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../system/clock.ts';
import { endGroup } from '../system/process-group.ts';
import type { Processes } from '../system/processes.ts';
import { AGENT_VERSION } from '../version.ts';
import type { ResultFields, Results } from './results.ts';

/**
 * The environment entry by which a job's processes are known, also when their pid could not be written down. It names
 * the agent's own folder too: a job for many devices has one id, and several agents can run on one machine.
 */
export function jobMarker(runFolder: string, jobId: string): [name: string, value: string] {
  return ['MUSTER_JOB', `${runFolder}/${jobId}`];
}

const NOTHING_KNOWN = { exitCode: null, signal: null, durationMs: null, output: null, value: null } as const;

/**
 * Gives every job that an earlier run of the agent left unfinished its result: what waited for this start has
 * succeeded, all else is interrupted, and what still runs of it is ended. Nothing is run again.
 */
export async function recoverJobs(options: {
  journal: Journal;
  results: Results;
  clock: Clock;
  processes: Processes;
  runFolder: string;
  log: Log;
}): Promise<void> {
  const { clock, log } = options;
  const unfinished = options.journal.jobs().filter(({ state }) => state === 'started');
  await Promise.all(
    unfinished.map(async (record) => {
      const fields = await judge(record);
      await options.results.record(record, fields);
      log.warn('job-recovered', { jobId: record.id, op: record.op, state: fields.state });
    }),
  );

  async function judge(record: JobRecord): Promise<ResultFields> {
    const { started } = record;
    const restarted = started !== undefined && started.bootId !== clock.bootId;
    if (started?.expect === 'boot' && restarted)
      return { ...NOTHING_KNOWN, state: 'succeeded', error: null, value: { bootId: clock.bootId } };
    if (started?.expect === 'agent')
      return { ...NOTHING_KNOWN, state: 'succeeded', error: null, value: { agentVersion: AGENT_VERSION } };
    const since = started === undefined ? '' : ` It had started at ${started.at} by this device’s clock.`;
    const interrupted = (message: string): ResultFields => ({
      ...NOTHING_KNOWN,
      state: 'interrupted',
      error: { code: 'internal', message: `${message}${since}` },
    });
    if (restarted) return interrupted('The device restarted while this ran: how far it came is not known.');
    const leader = runningLeader(record);
    if (leader === undefined)
      return interrupted('The agent stopped while this ran: how it ended is not known.');
    const ended = await endGroup(options.processes, leader, 2_000);
    return interrupted(
      ended
        ? 'The agent stopped while this ran; its processes were still running and have been ended.'
        : `The agent stopped while this ran; its processes (group ${leader}) could not be ended and still run.`,
    );
  }

  /** The process group of a job of the same boot, if its leader still runs. */
  function runningLeader(record: JobRecord): number | undefined {
    const { process } = record;
    if (process && options.processes.isRunning(process.pid, process.pidStart)) return process.pid;
    return options.processes.findGroupLeader(jobMarker(options.runFolder, record.id).join('='));
  }
}

/** Removes output that belongs to no unacknowledged job, and all scripts and pipes of earlier runs. */
export async function removeLeftovers(
  journal: Journal,
  folders: { jobs: string; run: string },
): Promise<void> {
  for (const name of await readdir(folders.jobs)) {
    const record = journal.job(name.replace(/\.(stdout|stderr)$/, ''));
    if (record?.state !== 'finished' || record.acknowledged)
      await rm(join(folders.jobs, name), { force: true });
  }
  for (const name of await readdir(folders.run))
    await rm(join(folders.run, name), { force: true, recursive: true });
}
