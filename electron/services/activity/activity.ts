import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import { isFinal, type Job, type JobResult } from '../../../contract/model/job.ts';
import type { Activity } from '../../../contract/model/notice.ts';

/** The last things that were done, newest last; a line changes while its outcome is open. */
export interface ActivityLog {
  list(): Activity[];
  job(job: Job): void;
  /** One device's part of a job that is small enough for a line a device. */
  result(job: Job, result: JobResult, deviceName: string): void;
  add(activity: Omit<Activity, 'at' | 'durationMs' | 'jobId'>): void;
  readonly changed: Signal<Activity[]>;
}

const LIMIT = 300;
/** Jobs on more devices have one line altogether. */
const LINE_PER_DEVICE = 20;

export function createActivityLog(options: {
  now: () => number;
  onError(error: unknown): void;
}): ActivityLog {
  const changed = createSignal<Activity[]>(options.onError);
  const lines = new Map<string, Activity>();

  function put(activity: Activity): void {
    const known = lines.get(activity.id);
    if (known && JSON.stringify(known) === JSON.stringify(activity)) return;
    lines.set(activity.id, activity);
    const oldest = lines.keys().next().value;
    if (lines.size > LIMIT && oldest !== undefined) lines.delete(oldest);
    changed.emit([activity]);
  }

  return {
    changed,
    list: () => [...lines.values()],
    add(activity) {
      put({ ...activity, at: new Date(options.now()).toISOString(), durationMs: null, jobId: null });
    },
    job(job) {
      if (job.total <= LINE_PER_DEVICE) return;
      const count = (state: keyof Job['counts']): number => job.counts[state] ?? 0;
      const done = count('succeeded');
      put({
        id: job.id,
        at: job.createdAt,
        siteId: job.siteId,
        mac: null,
        subject: `${job.total} devices`,
        action: job.op,
        detail: `${job.title.slice(0, 300)} · ${done} of ${job.total} succeeded`,
        outcome: jobOutcome(job),
        durationMs: job.finishedAt ? Date.parse(job.finishedAt) - Date.parse(job.createdAt) : null,
        jobId: job.id,
      });
    },
    result(job, result, deviceName) {
      if (job.total > LINE_PER_DEVICE) return;
      const { startedAt, finishedAt } = result;
      put({
        id: `${job.id}/${result.mac}`,
        at: job.createdAt,
        siteId: job.siteId,
        mac: result.mac,
        subject: deviceName,
        action: job.op,
        detail: `${job.title.slice(0, 300)} · ${outcomeText(result)}`,
        outcome: resultOutcome(result),
        durationMs: startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null,
        jobId: job.id,
      });
    },
  };
}

function jobOutcome(job: Job): Activity['outcome'] {
  if (job.state === 'running' || job.state === 'waiting') return job.state;
  return job.state === 'succeeded' ? 'ok' : 'failed';
}

function resultOutcome(result: JobResult): Activity['outcome'] {
  if (result.state === 'queued') return 'waiting';
  if (!isFinal(result.state)) return 'running';
  return result.state === 'succeeded' ? 'ok' : 'failed';
}

function outcomeText(result: JobResult): string {
  if (result.exitCode !== null) return `exit ${result.exitCode}`;
  if (result.signal) return `ended by ${result.signal}`;
  if (result.error) return result.error.message.slice(0, 150);
  return result.state === 'queued' ? 'waiting' : result.state;
}
