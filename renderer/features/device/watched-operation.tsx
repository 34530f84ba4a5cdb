import { useWatchedJob } from '../../state/watch-job.ts';
import { JobOutcome } from './job-outcome.tsx';

/** The live outcome of a job that a control on this page has started. */
export function WatchedOperation(props: { jobId: string; mac: string }) {
  const { results } = useWatchedJob(props.jobId);
  return <JobOutcome result={results.get(props.mac)} jobId={props.jobId} withLink />;
}
