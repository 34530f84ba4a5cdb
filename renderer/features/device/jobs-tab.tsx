import { IconListCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { OPERATIONS } from '../../../contract/model/operation.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import classes from './device.module.css';
import { Duration } from './job-outcome.tsx';
import { outcomeKind, outcomeReason, outcomeWords } from './outcome-words.ts';
import { type DeviceJob, useDeviceJobs } from './use-device-jobs.ts';

const LIMIT = 500;

/** Every job that this device had a part in, newest first. */
export function JobsTab(props: { device: Device }) {
  const { device } = props;
  const { items, loading, error } = useDeviceJobs(device.siteId, device.mac, LIMIT);
  const navigate = useNavigate();
  const columns = useMemo(jobColumns, []);
  return (
    <div className={classes.fill}>
      {error && (
        <div className={classes.padded}>
          <ErrorNote error={error} what="The jobs cannot be shown." />
        </div>
      )}
      <DataTable
        id="device.jobs"
        label="Jobs of this device"
        rows={items}
        rowKey={jobIdOf}
        columns={columns}
        defaultSort={{ id: 'created', desc: true }}
        onOpen={({ job }) => navigate(`/jobs/${job.id}`)}
        empty={
          loading || error ? null : (
            <EmptyState icon={<IconListCheck />} sentence="Nothing was run on this device yet." />
          )
        }
      />
      {items.length >= LIMIT && (
        <p className={classes.cut}>These are the newest {LIMIT}; older ones are under Jobs.</p>
      )}
    </div>
  );
}

function jobIdOf(item: DeviceJob): string {
  return item.job.id;
}

function jobColumns(): DataColumn<DeviceJob>[] {
  return [
    {
      id: 'state',
      header: 'Result',
      widthPx: 200,
      always: true,
      cell: ({ result }) => <StatusMark kind={outcomeKind(result)} label={outcomeWords(result)} />,
      value: ({ result }) => outcomeWords(result),
    },
    {
      id: 'title',
      header: 'Job',
      widthPx: 240,
      grow: true,
      always: true,
      cell: ({ job }) => <span className={classes.jobTitle}>{job.title}</span>,
      value: ({ job }) => job.title,
    },
    {
      id: 'op',
      header: 'Operation',
      widthPx: 140,
      cell: ({ job }) => OPERATIONS[job.op].title,
      value: ({ job }) => OPERATIONS[job.op].title,
    },
    {
      id: 'reason',
      header: 'Why',
      widthPx: 220,
      cell: ({ result }) => <span title={outcomeReason(result)}>{outcomeReason(result)}</span>,
    },
    {
      id: 'duration',
      header: 'Took',
      widthPx: 80,
      align: 'right',
      cell: ({ result }) => <Duration result={result} />,
    },
    {
      id: 'by',
      header: 'By',
      widthPx: 120,
      cell: ({ job }) => job.createdBy,
      value: ({ job }) => job.createdBy,
    },
    {
      id: 'created',
      header: 'Started',
      widthPx: 110,
      align: 'right',
      cell: ({ job }) => <RelativeTime at={job.createdAt} />,
      value: ({ job }) => job.createdAt,
    },
  ];
}
