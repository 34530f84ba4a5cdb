import { Button, Select } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Job } from '../../../contract/model/job.ts';
import { JobState } from '../../../contract/model/job.ts';
import { isOperation, OPERATIONS } from '../../../contract/model/operation.ts';
import { useActiveSite, useJobs, useReady } from '../../state/hooks.ts';
import { openJobs } from '../../state/selectors.ts';
import { useSheets } from '../../state/sheets.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FilterField, Toolbar } from '../../ui/filter-field.tsx';
import { PageBody, PageHead } from '../../ui/page-head.tsx';
import { useNavigate, useQueryParam } from '../../ui/router.tsx';
import { JOB_COLUMNS } from './job-columns.tsx';
import { filterJobs, type JobFilter, joinJobs } from './job-filter.ts';
import classes from './jobs.module.css';
import { useOlderJobs } from './use-older-jobs.ts';

const STATES: readonly { value: JobFilter['state']; label: string }[] = [
  { value: 'all', label: 'Any state' },
  { value: 'open', label: 'Running or waiting' },
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
];
const OPERATION_OPTIONS = [
  { value: 'all', label: 'Any operation' },
  ...Object.entries(OPERATIONS).map(([value, { title }]) => ({ value, label: title })),
];

/** Every job of the site, newest first. */
export function JobsScreen() {
  const site = useActiveSite();
  const newest = useJobs(site?.id);
  const older = useOlderJobs(site?.id, newest.at(-1)?.id);
  const ready = useReady();
  const sheets = useSheets();
  const navigate = useNavigate();
  const [text, setText] = useQueryParam('text', '');
  const [stateText, setState] = useQueryParam('state', 'all');
  const [opText, setOp] = useQueryParam('op', 'all');

  const jobs = useMemo(() => joinJobs(newest, older.jobs), [newest, older.jobs]);
  const filter = useMemo((): JobFilter => {
    const state = stateText === 'open' ? stateText : (JobState.safeParse(stateText).data ?? 'all');
    return { text, state, op: isOperation(opText) ? opText : 'all' };
  }, [text, stateText, opText]);
  const shown = useMemo(() => filterJobs(jobs, filter), [jobs, filter]);
  const open = openJobs(jobs).length;
  const filtered = shown.length !== jobs.length;
  const oldest = jobs.at(-1);

  const clear = (): void => {
    setText('');
    setState('all');
    setOp('all');
  };
  return (
    <>
      <PageHead
        title="Jobs"
        truth={
          ready
            ? `${countWords(jobs, older.complete)} · ${open} running or waiting${filtered ? ` · ${shown.length} shown` : ''}`
            : ' '
        }
        actions={site && <Button onClick={() => sheets.openRun({ siteId: site.id })}>Run command</Button>}
      />
      <Toolbar label="Filter the jobs">
        <FilterField value={text} onChange={setText} placeholder="Filter by command or person" />
        <Select
          aria-label="State"
          w={168}
          allowDeselect={false}
          data={[...STATES]}
          value={filter.state}
          onChange={(value) => setState(value ?? 'all')}
        />
        <Select
          aria-label="Operation"
          w={168}
          allowDeselect={false}
          data={OPERATION_OPTIONS}
          value={filter.op}
          onChange={(value) => setOp(value ?? 'all')}
        />
      </Toolbar>
      <PageBody flush>
        <DataTable
          id="jobs"
          label="Jobs"
          rows={shown}
          rowKey={jobKey}
          columns={JOB_COLUMNS}
          defaultSort={{ id: 'started', desc: true }}
          onOpen={(job) => navigate(`/jobs/${job.id}`)}
          empty={
            ready &&
            (filtered ? (
              <EmptyState
                icon={<IconListCheck />}
                sentence="No job matches the filter."
                action={
                  <Button variant="default" onClick={clear}>
                    Show all jobs
                  </Button>
                }
              />
            ) : (
              <EmptyState
                icon={<IconListCheck />}
                sentence="Nothing has been done here yet. Everything that is done to devices becomes a job, with a result for each of them."
                action={
                  site && <Button onClick={() => sheets.openRun({ siteId: site.id })}>Run a command</Button>
                }
              />
            ))
          }
        />
        <ErrorNote error={older.error} what="Older jobs could not be read." />
        {oldest && !older.complete && older.jobs.length > 0 && (
          <div className={classes.more}>
            <Button
              variant="default"
              size="compact-xs"
              loading={older.pending}
              onClick={() => void older.load(oldest.id)}
            >
              Load older jobs
            </Button>
            <span>The list reaches back to {new Date(oldest.createdAt).toLocaleString()}.</span>
          </div>
        )}
      </PageBody>
    </>
  );
}

function jobKey(job: Job): string {
  return job.id;
}

/** The list holds what was read so far: without its end it does not claim a total. */
function countWords(jobs: readonly Job[], complete: boolean): string {
  if (jobs.length === 0) return 'No jobs yet';
  const count = jobs.length === 1 ? '1 job' : `${jobs.length.toLocaleString('en')} jobs`;
  return complete ? count : `the newest ${count}`;
}
