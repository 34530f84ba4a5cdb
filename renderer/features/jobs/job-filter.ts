import type { Job, JobState } from '../../../contract/model/job.ts';
import { OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';

/** Which jobs the list shows. */
export interface JobFilter {
  readonly text: string;
  readonly state: JobState | 'open' | 'all';
  readonly op: OperationName | 'all';
}

/** Jobs that match: every word of the text in the title, the operation, the person or the number of the job. */
export function filterJobs(jobs: readonly Job[], filter: JobFilter): readonly Job[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return jobs.filter((job) => {
    if (filter.op !== 'all' && job.op !== filter.op) return false;
    if (!matchesState(job.state, filter.state)) return false;
    const text = `${job.title} ${OPERATIONS[job.op].title} ${job.createdBy} ${job.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function matchesState(state: JobState, wanted: JobFilter['state']): boolean {
  if (wanted === 'all') return true;
  if (wanted === 'open') return state === 'running' || state === 'waiting';
  return state === wanted;
}

/** The newest from the mirror and older ones from the store as one list, newest first, each once; the mirror knows better. */
export function joinJobs(newest: readonly Job[], older: readonly Job[]): readonly Job[] {
  const known = new Set(newest.map((job) => job.id));
  return [...newest, ...older.filter((job) => !known.has(job.id))].sort((a, b) =>
    b.createdAt.localeCompare(a.createdAt),
  );
}

const STATE_WORDS: Record<JobState, string> = {
  running: 'running',
  waiting: 'waiting',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function jobStateWords(state: JobState): string {
  return STATE_WORDS[state];
}
