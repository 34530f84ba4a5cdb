import { useActivities } from '../../state/hooks.ts';
import { clockTime } from '../../ui/relative-time.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './activity.module.css';
import { actionWords, OUTCOME_MARKS, outcomeWords } from './activity-filter.ts';

/** The newest line of the activity, for the status bar while the panel is hidden. */
export function ActivityLatest() {
  const [latest] = useActivities();
  if (!latest) return null;
  const { outcome } = latest;
  return (
    <span className={classes.latest} title={latest.detail}>
      <span className={classes.time}>{clockTime(latest.at)}</span>
      <span className={classes.latestText}>
        {latest.subject} · {actionWords(latest)}
        {outcome === 'info' && ` · ${latest.detail}`}
      </span>
      {outcome !== 'info' && <StatusMark kind={OUTCOME_MARKS[outcome]} label={outcomeWords(outcome)} />}
    </span>
  );
}
