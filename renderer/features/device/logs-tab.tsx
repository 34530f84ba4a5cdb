import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import { isFinal } from '../../../contract/model/job.ts';
import type { LogSource } from '../../../contract/model/operation.ts';
import { useWatchedJob } from '../../state/watch-job.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Toolbar } from '../../ui/filter-field.tsx';
import classes from './device.module.css';
import { JobOutcome } from './job-outcome.tsx';
import { LogView } from './log-view.tsx';
import logsClasses from './logs.module.css';
import { useStartJob } from './use-start-job.ts';

const LINES = ['200', '1000', '5000', '20000', '100000'];

/** What the person has read here, kept while the device's page is open. */
export interface LogReading {
  readonly source: LogSource;
  readonly lines: number;
  readonly jobId: string | undefined;
}

export const NO_READING: LogReading = { source: 'agent-stdout', lines: 200, jobId: undefined };

/** The agent's own logs, read from the device. */
export function LogsTab(props: {
  device: Device;
  reading: LogReading;
  onReading: (reading: LogReading) => void;
}) {
  const { device, reading, onReading } = props;
  const job = useStartJob(device);
  const reason = unsuitableReason(device, 'logs.read');
  const [shownSource, setShownSource] = useState(reading.source);

  const read = async (): Promise<void> => {
    const { source, lines } = reading;
    const started = await job.start('logs.read', { source, lines });
    if (!started) return;
    setShownSource(source);
    onReading({ ...reading, jobId: started.id });
  };

  return (
    <div className={logsClasses.logs}>
      <Toolbar label="Log">
        <SegmentedControl
          aria-label="Which log"
          value={reading.source}
          data={[
            { value: 'agent-stdout', label: 'Agent output' },
            { value: 'agent-stderr', label: 'Agent errors' },
          ]}
          onChange={(value) =>
            onReading({ ...reading, source: value === 'agent-stderr' ? 'agent-stderr' : 'agent-stdout' })
          }
        />
        <Select
          aria-label="How many lines"
          w={150}
          allowDeselect={false}
          value={String(reading.lines)}
          data={LINES.map((value) => ({
            value,
            label: `the last ${Number(value).toLocaleString('en')} lines`,
          }))}
          onChange={(value) => onReading({ ...reading, lines: Number(value ?? 200) })}
        />
        <Button loading={job.pending} disabled={reason !== undefined} onClick={() => void read()}>
          {reading.jobId ? 'Read again' : 'Read log'}
        </Button>
        {reason && <span className={classes.warning}>{reason}</span>}
        {!reason && !device.online && (
          <span className={classes.warning}>Not online: the log is read when the device appears.</span>
        )}
      </Toolbar>
      {job.error && (
        <div className={classes.padded}>
          <ErrorNote error={job.error} what="The log was not asked for." onDismiss={job.clearError} />
        </div>
      )}
      {reading.jobId ? (
        <ReadLog key={reading.jobId} jobId={reading.jobId} device={device} source={shownSource} />
      ) : (
        <EmptyState
          icon={<IconFileText />}
          sentence="The device keeps the log of its agent. Reading it is a job like any other: it is recorded, and works later for a device that is offline now."
        />
      )}
    </div>
  );
}

function ReadLog(props: { jobId: string; device: Device; source: LogSource }) {
  const { jobId, device } = props;
  const watched = useWatchedJob(jobId);
  const result = watched.results.get(device.mac);
  const summary = result && isFinal(result.state) ? result.output?.stdout : undefined;
  return (
    <>
      {!(summary && result?.state === 'succeeded') && (
        <div className={classes.padded}>
          <JobOutcome result={result} jobId={jobId} withLink />
          <ErrorNote error={watched.error} />
        </div>
      )}
      {summary && result && (
        <LogView
          jobId={jobId}
          mac={device.mac}
          summary={summary}
          readAt={result.finishedAt ?? result.since}
          fileName={`${device.name || device.mac}-${props.source}.log`}
        />
      )}
    </>
  );
}
