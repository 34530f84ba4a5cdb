import type { Job } from '../../../contract/model/job.ts';
import type { StatusKind } from '../../ui/status-mark.tsx';

/** A job's state as shape and word. */
export function jobMark(job: Job): { kind: StatusKind; label: string } {
  switch (job.state) {
    case 'running':
      return { kind: 'running', label: 'running' };
    case 'waiting':
      return { kind: 'waiting', label: 'waiting for devices' };
    case 'succeeded':
      return { kind: 'done', label: 'done' };
    case 'failed':
      return { kind: 'failed', label: 'failed' };
    case 'cancelled':
      return { kind: 'offline', label: 'cancelled' };
  }
}

/** `40 of 40`, `37 of 40, 3 failed`, `5 of 12, 7 waiting`. */
export function progressText(job: Job): string {
  const count = (state: keyof Job['counts']): number => job.counts[state] ?? 0;
  const bad = count('failed') + count('rejected') + count('interrupted') + count('timed-out');
  const parts = [`${count('succeeded')} of ${job.total}`];
  if (bad > 0) parts.push(`${bad} failed`);
  if (count('queued') > 0) parts.push(`${count('queued')} waiting`);
  if (count('cancelled') > 0) parts.push(`${count('cancelled')} cancelled`);
  return parts.join(', ');
}
