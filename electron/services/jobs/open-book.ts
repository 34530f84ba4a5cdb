import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Job } from '../../../contract/model/job.ts';
import type { History } from '../history/history.ts';
import type { StoredResult } from '../history/job-row.ts';
import { type OpenResult, openResult } from './open-result.ts';

const Extra = z.object({ cancel: z.array(z.string()).default([]) });

/** The results of one site that are not final, by job and by device. */
export interface OpenBook {
  find(jobId: string, mac: string): OpenResult | undefined;
  job(jobId: string): Job;
  addJob(job: Job): void;
  add(row: StoredResult): OpenResult;
  /** Adds a result that was open when the program ended, with its stored output and cancel. */
  restore(row: StoredResult): void;
  /** Answers whether it was the last of its job. */
  remove(open: OpenResult): boolean;
  ofDevice(mac: string): OpenResult[];
  ofJob(jobId: string): OpenResult[];
  all(): Iterable<OpenResult>;
  /** Stores for which devices of a job a cancel was asked for. */
  keepCancels(jobId: string): void;
}

export function createOpenBook(history: History): OpenBook {
  const jobs = new Map<string, { job: Job; results: Map<string, OpenResult>; cancels: Set<string> }>();
  const devices = new Map<string, Set<OpenResult>>();

  function entry(jobId: string) {
    const known = jobs.get(jobId);
    if (known) return known;
    const job = history.jobs.get(jobId);
    if (!job) throw new AppError('internal', `The job ${jobId} has results and is not stored.`);
    const cancels = new Set(Extra.parse(history.jobs.extra(jobId) ?? {}).cancel);
    const created = { job, results: new Map<string, OpenResult>(), cancels };
    jobs.set(jobId, created);
    return created;
  }

  function add(row: StoredResult): OpenResult {
    const open = openResult(row);
    entry(row.jobId).results.set(row.mac, open);
    devices.set(row.mac, (devices.get(row.mac) ?? new Set()).add(open));
    return open;
  }

  return {
    find: (jobId, mac) => jobs.get(jobId)?.results.get(mac),
    job: (jobId) => entry(jobId).job,
    addJob(job) {
      jobs.set(job.id, { job, results: new Map(), cancels: new Set() });
    },
    add,
    restore(row) {
      const open = add(row);
      open.cancelRequested = entry(row.jobId).cancels.has(row.mac);
      for (const stream of ['stdout', 'stderr'] as const) {
        open.have[stream] = history.output.ranges(row.jobId, row.mac, stream);
      }
    },
    remove(open) {
      const { jobId, mac } = open.row;
      const ofDevice = devices.get(mac);
      ofDevice?.delete(open);
      if (ofDevice?.size === 0) devices.delete(mac);
      const known = jobs.get(jobId);
      known?.results.delete(mac);
      if (known?.results.size !== 0) return false;
      jobs.delete(jobId);
      return true;
    },
    ofDevice: (mac) => [...(devices.get(mac) ?? [])],
    ofJob: (jobId) => [...(jobs.get(jobId)?.results.values() ?? [])],
    *all() {
      for (const { results } of jobs.values()) yield* results.values();
    },
    keepCancels(jobId) {
      const known = entry(jobId);
      for (const open of known.results.values()) if (open.cancelRequested) known.cancels.add(open.row.mac);
      history.jobs.setExtra(jobId, { cancel: [...known.cancels] });
    },
  };
}
