import { isFinal } from '../../../contract/model/job.ts';
import { useWatchedJob } from '../../state/watch-job.ts';
import classes from './device.module.css';
import { JobOutcome } from './job-outcome.tsx';
import { StreamView } from './stream-view.tsx';

/** The live outcome of a job that a control on this page has started, with what it printed when that matters. */
export function WatchedOperation(props: { jobId: string; mac: string; withOutput?: boolean }) {
  const { jobId, mac } = props;
  const watched = useWatchedJob(jobId);
  const result = watched.results.get(mac);
  const final = result !== undefined && isFinal(result.state);
  return (
    <div className={classes.watched}>
      <JobOutcome result={result} jobId={jobId} withLink />
      {props.withOutput &&
        final &&
        (['stdout', 'stderr'] as const).map((stream) => (
          <StreamView
            key={stream}
            jobId={jobId}
            mac={mac}
            stream={stream}
            ready={!watched.loading}
            live={undefined}
            summary={result.output?.[stream]}
            whose={mac}
          />
        ))}
    </div>
  );
}
