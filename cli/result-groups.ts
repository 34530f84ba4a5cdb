import { isFinal, type JobResult, type ResultState } from '../contract/model/job.ts';
import { counted, localMoments } from './text.ts';

/** Devices whose results are the same in every way that a person would see. */
export interface ResultGroup {
  readonly state: ResultState;
  readonly results: readonly JobResult[];
}

/** Results by identical outcome and output, the largest group first. Output is compared by its hash, so nothing is fetched. */
export function groupResults(results: readonly JobResult[]): ResultGroup[] {
  const groups = new Map<string, JobResult[]>();
  for (const result of results) {
    const { state, exitCode, signal, error, output, value } = result;
    const key = JSON.stringify([
      state,
      exitCode,
      signal,
      error?.code,
      error?.message,
      output?.stdout.sha256,
      output?.stderr.sha256,
      value,
    ]);
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  return [...groups.values()]
    .map((members) => ({ state: (members[0] as JobResult).state, results: members }))
    .sort((a, b) => b.results.length - a.results.length);
}

/** `47 identical, 3 differ` of the devices that are done, or nothing where there is nothing to compare. */
export function comparison(all: readonly ResultGroup[]): string {
  const groups = all.filter(({ state }) => isFinal(state));
  const total = groups.reduce((sum, { results }) => sum + results.length, 0);
  const [largest] = groups;
  if (!largest || total < 2) return '';
  if (groups.length === 1) return `all ${total} identical`;
  if (largest.results.length === 1) return `all ${total} differ`;
  const rest = total - largest.results.length;
  return `${largest.results.length} identical, ${rest} ${rest === 1 ? 'differs' : 'differ'}`;
}

/** How a job stands in words: `50 devices: 48 succeeded, 1 failed, 1 waits (offline)`. */
export function tally(results: readonly Pick<JobResult, 'state'>[]): string {
  const counts = new Map<ResultState, number>();
  for (const { state } of results) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = STATE_ORDER.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${count} ${STATE_WORDS[state]}`];
  });
  return `${counted(results.length, 'device')}: ${words.join(', ')}`;
}

const STATE_WORDS: Record<ResultState, string> = {
  succeeded: 'succeeded',
  failed: 'failed',
  rejected: 'rejected',
  interrupted: 'interrupted',
  'timed-out': 'timed out',
  cancelled: 'cancelled',
  running: 'running',
  accepted: 'accepted',
  sent: 'sent',
  queued: 'waiting',
};
const STATE_ORDER = Object.keys(STATE_WORDS) as ResultState[];

/** One device's outcome in words: `failed, exit code 3`, `queued: Waits until it is online.` */
export function outcomeText({ state, exitCode, signal, error, detail }: JobResult): string {
  const parts: string[] = [state === 'queued' ? 'waiting' : STATE_WORDS[state]];
  if (signal !== null) parts.push(`ended by ${signal}`);
  else if (exitCode !== null && (exitCode !== 0 || state !== 'succeeded'))
    parts.push(`exit code ${exitCode}`);
  // The state says already that it waits.
  const reason = localMoments(error?.message ?? detail.replace(/^Waits: /, ''));
  return reason ? `${parts.join(', ')}: ${reason}` : parts.join(', ');
}
