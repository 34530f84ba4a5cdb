import { Button } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import { useLastHeard, useMetrics } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page-head.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { clockSentence } from './clock-words.ts';
import classes from './device.module.css';
import { useStartJob } from './use-start-job.ts';
import { WatchedOperation } from './watched-operation.tsx';

/** Compares the device's clock with the laptop's, and sets it. A Pi has no clock of its own after a power cut. */
export function ClockControl(props: { device: Device }) {
  const { device } = props;
  const metrics = useMetrics(device.siteId, device.mac);
  const heard = useLastHeard(device.siteId, device.mac);
  const [jobId, setJobId] = useState<string>();
  const job = useStartJob(device);
  const reason =
    unsuitableReason(device, 'time.set') ??
    (device.online
      ? undefined
      : 'A clock can be set only while the device is online: a time that waits is a wrong time.');
  const clock = metrics && heard ? clockSentence(metrics.at, heard) : undefined;

  const setClock = async (): Promise<void> => {
    const started = await job.start('time.set', { time: new Date().toISOString() });
    if (started) setJobId(started.id);
  };

  return (
    <Section title="Clock">
      <div className={classes.control}>
        <p>
          {clock ? (
            <StatusMark kind={clock.off ? 'alarm' : 'done'} label={clock.text} />
          ) : (
            <span className={classes.hint}>Its time is unknown: it has not measured anything yet.</span>
          )}
        </p>
        <div>
          <Button
            variant="default"
            leftSection={<IconClock size={14} />}
            loading={job.pending}
            disabled={reason !== undefined}
            onClick={() => void setClock()}
          >
            Set to this laptop’s time
          </Button>
        </div>
        {reason && <p className={classes.hint}>{reason}</p>}
        <ErrorNote error={job.error} what="The clock was not set." onDismiss={job.clearError} />
        {jobId && <WatchedOperation key={jobId} jobId={jobId} mac={device.mac} />}
      </div>
    </Section>
  );
}
