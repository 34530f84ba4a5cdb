import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatDuration } from '../../../contract/lib/time.ts';
import type { Job } from '../../../contract/model/job.ts';
import { useSite } from '../../state/hooks.ts';
import {
  countClasses,
  estimateLeftMs,
  finishedCount,
  jobDurationMs,
  progressSentence,
} from '../../state/result-class.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { clockTime, exactTime, RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { useNow } from '../../ui/ticker.ts';
import classes from './jobs.module.css';

/** What the job does, how far it is, who began it. */
export function JobHead(props: { job: Job; actions: ReactNode }) {
  const { job } = props;
  const site = useSite(job.siteId);
  const devices = job.total === 1 ? '1 device' : `${job.total.toLocaleString('en')} devices`;
  return (
    <PageHead
      back={
        <Link to="/jobs" className={classes.back}>
          <IconChevronLeft size={14} aria-hidden="true" />
          Jobs
        </Link>
      }
      title={
        job.op === 'shell.run' ? (
          <>
            Run <code className={classes.titleCode}>{job.title}</code> on {devices}
          </>
        ) : (
          `${job.title} on ${devices}`
        )
      }
      truth={
        <>
          <Progress job={job} /> ·{' '}
          <span title={exactTime(job.createdAt)}>started {clockTime(job.createdAt)}</span> (
          <RelativeTime at={job.createdAt} />) by {job.createdBy}
          {site && ` · ${site.name}`}
          {job.deadlineAt && job.finishedAt === null && (
            <>
              {' '}
              · gives up on those that have not accepted <RelativeTime at={job.deadlineAt} />
            </>
          )}
          {job.retryOf && (
            <>
              {' '}
              · repeats <Link to={`/jobs/${job.retryOf}`}>an earlier job</Link>
            </>
          )}
        </>
      }
      actions={props.actions}
    />
  );
}

/** `31 of 40 done · about 10 s left`, or how long it took. */
function Progress(props: { job: Job }) {
  const { job } = props;
  const counts = countClasses(job.counts);
  const text = useNow((nowMs) => {
    const elapsedMs = jobDurationMs(job, nowMs);
    const done =
      finishedCount(counts) === job.total && job.total > 1 ? `All ${job.total} done` : progressSentence(job);
    if (job.finishedAt !== null) return `${done} in ${formatDuration(elapsedMs)}`;
    const leftMs = estimateLeftMs(counts, elapsedMs);
    return leftMs === undefined
      ? done
      : `${done} · about ${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left`;
  });
  return text;
}
