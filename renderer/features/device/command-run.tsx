import { Button } from '@mantine/core';
import type { Device } from '../../../contract/model/device.ts';
import { isFinal } from '../../../contract/model/job.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useWatchedJob } from '../../state/watch-job.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Link } from '../../ui/router.tsx';
import commandClasses from './command.module.css';
import classes from './device.module.css';
import { JobOutcome } from './job-outcome.tsx';
import type { StartedRun } from './started-run.ts';
import { StreamView } from './stream-view.tsx';

/** One command with its live outcome and output. */
export function CommandRun(props: { run: StartedRun; device: Device; onAgain: (command: string) => void }) {
  const { run, device } = props;
  const { mac } = device;
  const watched = useWatchedJob(run.jobId);
  const cancel = useCall();
  const result = watched.results.get(mac);
  const final = result !== undefined && isFinal(result.state);
  const silent =
    final && result.output !== null && result.output.stdout.bytes + result.output.stderr.bytes === 0;

  return (
    <article className={commandClasses.run} aria-label={`Command ${run.command}`}>
      <header className={commandClasses.runHead}>
        <pre className={commandClasses.runCommand}>
          <span className={commandClasses.runSign} aria-hidden="true">
            ${' '}
          </span>
          {run.command}
        </pre>
        <span className={commandClasses.runTools}>
          {!final && (
            <Button
              size="compact-xs"
              variant="default"
              loading={cancel.pending}
              onClick={() => void cancel.run('jobs.cancel', { jobId: run.jobId, macs: [mac] })}
            >
              {result?.state === 'queued' ? 'Take back' : 'Stop'}
            </Button>
          )}
          {final && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => props.onAgain(run.command)}
            >
              Edit and run again
            </Button>
          )}
          <Link to={`/jobs/${run.jobId}`} className={classes.outcomeLink}>
            Open job
          </Link>
        </span>
      </header>
      <JobOutcome result={result} jobId={run.jobId} />
      <ErrorNote error={watched.error ?? cancel.error} />
      {(['stdout', 'stderr'] as const).map((stream) => (
        <StreamView
          key={stream}
          jobId={run.jobId}
          mac={mac}
          stream={stream}
          ready={!watched.loading && result?.state !== 'queued'}
          live={watched.outputOf(mac, stream)}
          summary={final ? (result.output?.[stream] ?? undefined) : undefined}
          whose={device.name || mac}
        />
      ))}
      {silent && <p className={classes.hint}>It printed nothing.</p>}
    </article>
  );
}
