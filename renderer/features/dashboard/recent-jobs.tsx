import { Button } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import type { Job } from '../../../contract/model/job.ts';
import { useJobs } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './dashboard.module.css';
import { jobMark, progressText } from './job-mark.ts';

/** The newest jobs of the site, each with how it stands. */
export function RecentJobs(props: { siteId: string }) {
  const jobs = useJobs(props.siteId).slice(0, 8);
  const { openRun } = useSheets();
  return (
    <Section title="Recent jobs" actions={<Link to="/jobs">All jobs</Link>}>
      {jobs.length === 0 ? (
        <EmptyState
          compact
          icon={<IconListCheck />}
          sentence="Nothing was run yet."
          action={
            <Button variant="default" onClick={() => openRun({ siteId: props.siteId })}>
              Run command
            </Button>
          }
        />
      ) : (
        <ul className={classes.lines}>
          {jobs.map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function JobLine({ job }: { job: Job }) {
  return (
    <li className={classes.line}>
      <StatusMark bare {...jobMark(job)} />
      <Link to={`/jobs/${job.id}`} className={classes.lineTitle} title={job.title}>
        {job.title}
      </Link>
      <span className={classes.lineDetail}>{progressText(job)}</span>
      <span className={classes.lineTime}>
        <RelativeTime at={job.createdAt} span />
      </span>
    </li>
  );
}
