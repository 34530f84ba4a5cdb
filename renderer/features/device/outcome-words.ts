import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { resultStateWords } from '../../state/result-class.ts';

export type OutcomeKind = 'done' | 'failed' | 'running' | 'waiting' | 'offline';

/** How one device's part of a job is marked. */
export function outcomeKind(result: JobResult): OutcomeKind {
  switch (result.state) {
    case 'succeeded':
      return 'done';
    case 'queued':
      return 'waiting';
    case 'cancelled':
      return 'offline';
    case 'sent':
    case 'accepted':
    case 'running':
      return 'running';
    default:
      return 'failed';
  }
}

/** `exit 0`, `exit 1`, `ended by SIGKILL`, `timed out, ended by SIGKILL`, or the state itself. */
export function outcomeWords(result: JobResult): string {
  const { state, exitCode, signal } = result;
  const end = signal === null ? (exitCode === null ? '' : `exit ${exitCode}`) : `ended by ${signal}`;
  if (!isFinal(state) || end === '') return resultStateWords(state);
  if (state === 'succeeded' || state === 'failed') return end;
  return `${resultStateWords(state)}, ${end}`;
}

/** What explains the state further: the error's sentence, or the detail that the control centre gives. */
export function outcomeReason(result: JobResult): string {
  const reason = result.error?.message ?? result.detail;
  return reason === outcomeWords(result) ? '' : reason;
}
