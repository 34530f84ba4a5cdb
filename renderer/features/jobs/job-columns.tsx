import { formatDuration } from '../../../contract/lib/time.ts';
import type { Job, JobState } from '../../../contract/model/job.ts';
import { OPERATIONS } from '../../../contract/model/operation.ts';
import { countClasses, finishedCount, jobDurationMs } from '../../state/result-class.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { useNow } from '../../ui/ticker.ts';
import { jobStateWords } from './job-filter.ts';
import { JobBar } from './job-progress.tsx';
import classes from './jobs.module.css';

const MARKS = {
  running: 'running',
  waiting: 'waiting',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<JobState, string>;

/** Columns of the list of jobs. Durations run by themselves, so that rows rest. */
export const JOB_COLUMNS: readonly DataColumn<Job>[] = [
  {
    id: 'state',
    header: 'State',
    widthPx: 108,
    always: true,
    value: (job) => job.state,
    cell: (job) => <StatusMark kind={MARKS[job.state]} label={jobStateWords(job.state)} />,
  },
  {
    id: 'title',
    header: 'Job',
    widthPx: 200,
    grow: true,
    always: true,
    value: (job) => job.title,
    cell: (job) => <TitleCell job={job} />,
  },
  {
    id: 'devices',
    header: 'Devices',
    widthPx: 72,
    align: 'right',
    value: (job) => job.total,
    cell: (job) => job.total.toLocaleString('en'),
  },
  {
    id: 'progress',
    header: 'Done',
    hint: 'Devices that are at their end, by how they ended',
    widthPx: 148,
    value: (job) => (job.total === 0 ? 0 : finishedCount(countClasses(job.counts)) / job.total),
    cell: (job) => (
      <span className={classes.progressCell}>
        <span className={classes.progressBar}>
          <JobBar job={job} />
        </span>
        <span className={classes.progressCount}>
          {finishedCount(countClasses(job.counts))} of {job.total}
        </span>
      </span>
    ),
  },
  {
    id: 'started',
    header: 'Started',
    widthPx: 96,
    value: (job) => job.createdAt,
    cell: (job) => <RelativeTime at={job.createdAt} />,
  },
  {
    id: 'duration',
    header: 'Time',
    hint: 'From its start to its end, or until now',
    widthPx: 80,
    align: 'right',
    value: (job) => jobDurationMs(job, Date.now()),
    cell: (job) => <JobDuration job={job} />,
  },
  {
    id: 'by',
    header: 'Started by',
    widthPx: 100,
    value: (job) => job.createdBy,
    cell: (job) => job.createdBy,
  },
  {
    id: 'failed',
    header: 'Failed',
    widthPx: 72,
    hiddenByDefault: true,
    align: 'right',
    value: (job) => countClasses(job.counts).failed,
    cell: (job) => countClasses(job.counts).failed || '–',
  },
];

function TitleCell(props: { job: Job }) {
  const { job } = props;
  if (job.op !== 'shell.run') return <span className={classes.titleCell}>{job.title}</span>;
  return (
    <span className={classes.titleCell} title={`${OPERATIONS[job.op].title}: ${job.title}`}>
      <span className={classes.opWord}>Run</span> <code>{job.title}</code>
    </span>
  );
}

function JobDuration(props: { job: Job }) {
  const { job } = props;
  return useNow((nowMs) => formatDuration(jobDurationMs(job, nowMs)));
}
