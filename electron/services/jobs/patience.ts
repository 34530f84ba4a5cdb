import type { OpenResult } from './open-result.ts';

/** First wait for a sign of life after a request, and the longest between two of them; milliseconds. */
const RESEND_MS = 10_000;
const RESEND_CAP_MS = 120_000;
/** A device that works on a job and says nothing is asked after it: soon, as a broker may have dropped its answer, then less often. */
const SILENCE_MS = 5_000;
const SILENCE_CAP_MS = 60_000;
const OUTPUT_MS = 5_000;

/** Whether it is time to send a request again: less and less often while nothing comes back. */
export function isSilentTooLong(open: OpenResult, nowMs: number): boolean {
  const silentMs = nowMs - Math.max(open.lastSentMs, open.lastNewsMs);
  if (open.outcome) return silentMs > OUTPUT_MS;
  if (open.cancelRequested) return silentMs > RESEND_MS;
  const { state, attempts } = open.row;
  if (state === 'running' || state === 'accepted') {
    return silentMs > Math.min(SILENCE_CAP_MS, SILENCE_MS * 2 ** open.questions);
  }
  return silentMs > Math.min(RESEND_CAP_MS, RESEND_MS * 2 ** Math.max(0, attempts - 1));
}

/** Whether a result that no device has taken yet is past its job's deadline. */
export function isOverdue(open: OpenResult, deadlineAt: string | null, nowMs: number): boolean {
  if (deadlineAt === null || open.cancelRequested) return false;
  if (open.row.state !== 'queued' && open.row.state !== 'sent') return false;
  return nowMs >= Date.parse(deadlineAt);
}
