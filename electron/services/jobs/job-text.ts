import { formatDuration } from '../../../contract/lib/time.ts';
import { OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';
import type { OpenResult } from './open-result.ts';

/** What a job is called in lists: the command itself where there is one. */
export function jobTitle(op: OperationName, args: Record<string, unknown>): string {
  const text = (name: string): string => (typeof args[name] === 'string' ? args[name] : '');
  if (op === 'shell.run') {
    const [first = '', ...rest] = (text('command') || text('script')).trim().split('\n');
    const line = first.length > 120 ? `${first.slice(0, 119)}…` : first;
    return rest.length > 0 ? `${line} … (${rest.length + 1} lines)` : line;
  }
  if (op === 'logs.read') return `${OPERATIONS[op].title}: ${text('source')}`;
  if (op === 'service.control') return `${text('action')} ${text('unit')}`;
  return OPERATIONS[op].title;
}

/** Why an open result is where it is, for people. `waiting` is the reason that nothing can be sent now. */
export function resultDetail(open: OpenResult, waiting: string | undefined, nowMs: number): string {
  const { row } = open;
  if (open.cancelRequested) {
    return waiting
      ? 'Cancel asked for; the device gets it when it appears.'
      : 'Cancel asked for; the device ends it now.';
  }
  if (open.outcome) return 'Finished on the device; the rest of its output is on the way.';
  if (row.state === 'queued') {
    const unconfirmed = row.attempts > 0 ? ' It was sent before, but the device never confirmed it.' : '';
    return `${waiting ?? 'Will be sent now.'}${unconfirmed}`;
  }
  if (waiting)
    return `${waiting.replace(/^Waits/, 'No news')} What it does meanwhile is not known.`.slice(0, 500);
  if (row.state === 'sent') return `Sent ${formatDuration(nowMs - open.lastSentMs)} ago; not confirmed yet.`;
  if (row.state === 'accepted') return 'The device has it and will start it in its turn.';
  return 'Running.';
}
