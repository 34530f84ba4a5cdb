import type { Job, JobResult, ResultCounts, ResultState } from '../../contract/model/job.ts';

/** The five kinds of state that a person tells apart at a glance; every result is in exactly one. */
export type ResultClass = 'succeeded' | 'running' | 'waiting' | 'failed' | 'cancelled';

/** In the order in which they are shown. */
export const RESULT_CLASSES: readonly ResultClass[] = [
  'succeeded',
  'running',
  'waiting',
  'failed',
  'cancelled',
];

const CLASS_OF: Record<ResultState, ResultClass> = {
  queued: 'waiting',
  sent: 'running',
  accepted: 'running',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  rejected: 'failed',
  interrupted: 'failed',
  'timed-out': 'failed',
  cancelled: 'cancelled',
};

export function resultClassOf(state: ResultState): ResultClass {
  return CLASS_OF[state];
}

const STATE_WORDS: Record<ResultState, string> = {
  queued: 'waiting',
  sent: 'sent, not yet accepted',
  accepted: 'accepted, waits its turn',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  rejected: 'rejected',
  interrupted: 'interrupted',
  'timed-out': 'timed out',
  cancelled: 'cancelled',
};

/** A state in words; “sent” never reads as “done”. */
export function resultStateWords(state: ResultState): string {
  return STATE_WORDS[state];
}

export type ClassCounts = Readonly<Record<ResultClass, number>>;

/** Adds the counts of a job's states up by class. */
export function countClasses(counts: ResultCounts): ClassCounts {
  const totals = { succeeded: 0, running: 0, waiting: 0, failed: 0, cancelled: 0 };
  for (const [state, count] of Object.entries(counts)) totals[CLASS_OF[state as ResultState]] += count ?? 0;
  return totals;
}

/** How many devices are at their end. */
export function finishedCount(counts: ClassCounts): number {
  return counts.succeeded + counts.failed + counts.cancelled;
}

/** `29 succeeded · 2 running · 6 waiting · 3 failed`, without what is zero. */
export function countsSentence(counts: ClassCounts): string {
  const parts = RESULT_CLASSES.filter((name) => counts[name] > 0).map(
    (name) => `${counts[name].toLocaleString('en')} ${name}`,
  );
  return parts.join(' · ') || 'no device';
}

/** How long a device's part took, or has taken until now; undefined while it has not started or nobody knows. */
export function resultDurationMs(result: JobResult, nowMs: number): number | undefined {
  if (result.startedAt === null) return undefined;
  const endMs = result.finishedAt === null ? nowMs : Date.parse(result.finishedAt);
  if (result.finishedAt === null && resultClassOf(result.state) !== 'running') return undefined;
  return Math.max(0, endMs - Date.parse(result.startedAt));
}

/** From the job's creation to its end, or until now. Waiting for offline devices counts: it is the job's age. */
export function jobDurationMs(job: Job, nowMs: number): number {
  return Math.max(
    0,
    (job.finishedAt === null ? nowMs : Date.parse(job.finishedAt)) - Date.parse(job.createdAt),
  );
}

/** Fewer answers than this, or less than a tenth, say nothing about the rest. */
const ESTIMATE_MINIMUM = 5;

/**
 * Time that the devices now at work still need, judged by how fast the others answered; undefined while that would be
 * a guess. Devices that wait for a connection are left out: nobody knows when they come.
 */
export function estimateLeftMs(counts: ClassCounts, elapsedMs: number): number | undefined {
  const done = counts.succeeded + counts.failed;
  if (counts.running === 0 || done < ESTIMATE_MINIMUM || done * 10 < done + counts.running) return undefined;
  return (elapsedMs / done) * counts.running;
}

/** What the title bar and screen readers hear: `31 of 40 done`. */
export function progressSentence(job: Job): string {
  const finished = finishedCount(countClasses(job.counts)).toLocaleString('en');
  return `${finished} of ${job.total.toLocaleString('en')} done`;
}

/** Which mark stands for a class: shape, word and colour are the interface's business. */
export const CLASS_MARKS = {
  succeeded: 'done',
  running: 'running',
  waiting: 'waiting',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<ResultClass, string>;
