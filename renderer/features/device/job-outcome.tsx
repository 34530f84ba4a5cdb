import { formatDuration } from '../../../contract/lib/time.ts';
import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { resultDurationMs } from '../../state/result-class.ts';
import { readableTimes } from '../../ui/readable-times.ts';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useNow } from '../../ui/ticker.ts';
import classes from './device.module.css';
import { outcomeKind, outcomeReason, outcomeWords } from './outcome-words.ts';

/** One line: state, reason, how long it took, and the way to the job. */
export function JobOutcome(props: { result: JobResult | undefined; jobId: string; withLink?: boolean }) {
  const { result, jobId } = props;
  const reason = result ? readableTimes(outcomeReason(result), Date.now()) : '';
  return (
    <span className={classes.outcome} role="status">
      {result ? (
        <>
          <StatusMark kind={outcomeKind(result)} label={outcomeWords(result)} />
          <Duration result={result} />
          {reason && <span className={classes.reason}>{reason}</span>}
        </>
      ) : (
        <StatusMark kind="running" label="starting" />
      )}
      {props.withLink && (
        <Link to={`/jobs/${jobId}`} className={classes.outcomeLink}>
          Open job
        </Link>
      )}
    </span>
  );
}

/** How long it took, or has taken so far; nothing while nobody knows. */
export function Duration(props: { result: JobResult }) {
  const { result } = props;
  const text = useNow((nowMs) => {
    const durationMs = resultDurationMs(result, isFinal(result.state) ? 0 : nowMs);
    return durationMs === undefined ? '' : formatDuration(durationMs);
  });
  return text === '' ? null : <span className={classes.duration}>{text}</span>;
}
