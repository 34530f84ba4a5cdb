import type { Activity } from '../../../contract/model/notice.ts';
import { isOperation, OPERATIONS } from '../../../contract/model/operation.ts';

/** Lines that every word of the text matches, oldest first, as a log is read. */
export function shownActivities(activities: readonly Activity[], text: string): readonly Activity[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return activities
    .filter((activity) => {
      const line = `${activity.subject} ${activity.mac ?? ''} ${activity.action} ${actionWords(activity)} ${activity.detail}`;
      const lower = line.toLowerCase();
      return words.every((word) => lower.includes(word));
    })
    .reverse();
}

/** The operation by the name that the screens use, or the action as it is. */
export function actionWords(activity: Pick<Activity, 'action'>): string {
  return isOperation(activity.action) ? OPERATIONS[activity.action].title : activity.action;
}

/** The mark of each outcome; what is only told has none. */
export const OUTCOME_MARKS = {
  ok: 'done',
  failed: 'failed',
  waiting: 'waiting',
  running: 'running',
} as const;

const OUTCOME_WORDS: Record<Activity['outcome'], string> = {
  ok: 'done',
  failed: 'failed',
  waiting: 'waiting',
  running: 'running',
  info: '',
};

export function outcomeWords(outcome: Activity['outcome']): string {
  return OUTCOME_WORDS[outcome];
}

/** What a screen reader hears when something new has happened: one sentence, not every line. */
export function activitySentence(activity: Activity | undefined): string {
  if (!activity) return '';
  const outcome = outcomeWords(activity.outcome);
  return `${activity.subject}: ${actionWords(activity)}${outcome ? `, ${outcome}` : `, ${activity.detail}`}.`;
}

/** Where a line leads: its job, or its device. */
export function activityLink(activity: Activity): string | undefined {
  if (activity.jobId) return `/jobs/${activity.jobId}`;
  return activity.mac ? `/devices/${activity.mac}` : undefined;
}
