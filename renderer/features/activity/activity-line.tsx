import { formatDuration } from '../../../contract/lib/time.ts';
import type { Activity } from '../../../contract/model/notice.ts';
import { clockTime, exactTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './activity.module.css';
import { actionWords, activityLink, OUTCOME_MARKS, outcomeWords } from './activity-filter.ts';

/** One thing that was done: when, to what, how it ended. */
export function ActivityLine(props: { activity: Activity }) {
  const { activity } = props;
  const { outcome, durationMs } = activity;
  const to = activityLink(activity);
  const content = (
    <>
      <time className={classes.time} dateTime={activity.at} title={exactTime(activity.at)}>
        {clockTime(activity.at)}
      </time>
      <span className={classes.subject} title={activity.mac ?? undefined}>
        {activity.subject}
      </span>
      <span className={classes.action} title={activity.action}>
        {actionWords(activity)}
      </span>
      <span className={classes.detail} title={activity.detail}>
        {activity.detail}
      </span>
      <span>
        {outcome !== 'info' && <StatusMark kind={OUTCOME_MARKS[outcome]} label={outcomeWords(outcome)} />}
      </span>
      <span className={classes.duration}>{durationMs === null ? '' : formatDuration(durationMs)}</span>
    </>
  );
  if (!to) return <div className={classes.line}>{content}</div>;
  return (
    <Link to={to} className={classes.line}>
      {content}
    </Link>
  );
}
