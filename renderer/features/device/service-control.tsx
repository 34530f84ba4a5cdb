import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import { isDangerous, ServiceControlArgs } from '../../../contract/model/operation.ts';
import { deviceTitle } from '../../state/device-words.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page-head.tsx';
import { DangerNote } from './danger-note.tsx';
import classes from './device.module.css';
import { useStartJob } from './use-start-job.ts';
import { WatchedOperation } from './watched-operation.tsx';

type Action = ServiceControlArgs['action'];

const ACTIONS: readonly { value: Action; label: string }[] = [
  { value: 'status', label: 'Show status' },
  { value: 'restart', label: 'Restart' },
  { value: 'start', label: 'Start' },
  { value: 'stop', label: 'Stop' },
  { value: 'reload', label: 'Reload' },
  { value: 'enable', label: 'Enable at boot' },
  { value: 'disable', label: 'Disable at boot' },
];

/** Controls one systemd unit. */
export function ServiceControl(props: { device: Device }) {
  const { device } = props;
  const [unit, setUnit] = useState('');
  const [action, setAction] = useState<Action>('status');
  const [asking, setAsking] = useState(false);
  const [jobId, setJobId] = useState<string>();
  const job = useStartJob(device);
  const reason = unsuitableReason(device, 'service.control');
  const check = ServiceControlArgs.safeParse({ unit: unit.trim(), action });
  const label = ACTIONS.find((each) => each.value === action)?.label ?? action;

  const run = async (confirmed: boolean): Promise<void> => {
    if (!check.success) return;
    if (!confirmed && isDangerous('service.control', check.data)) return setAsking(true);
    setAsking(false);
    const started = await job.start('service.control', check.data);
    if (started) setJobId(started.id);
  };

  return (
    <Section title="Service" hint="A systemd unit on the device.">
      <form
        className={classes.control}
        onSubmit={(event) => {
          event.preventDefault();
          void run(false);
        }}
      >
        <Group gap={8} align="flex-end">
          <TextInput
            label="Unit"
            placeholder="nginx.service"
            flex={1}
            spellCheck={false}
            value={unit}
            disabled={reason !== undefined}
            onChange={(event) => setUnit(event.currentTarget.value)}
            error={
              unit.trim() !== '' && !check.success
                ? 'A unit name has letters, digits and @ : _ . - only.'
                : undefined
            }
          />
          <Select
            label="What to do"
            w={150}
            data={ACTIONS}
            allowDeselect={false}
            value={action}
            disabled={reason !== undefined}
            onChange={(value) => setAction(ACTIONS.find((each) => each.value === value)?.value ?? 'status')}
          />
          <Button
            type="submit"
            variant="default"
            loading={job.pending}
            disabled={reason !== undefined || !check.success}
          >
            {label}
          </Button>
        </Group>
        {reason && <p className={classes.hint}>{reason}</p>}
        {asking && (
          <DangerNote
            what={`${label} ${unit.trim()} on ${deviceTitle(device)}?`}
            advice="What this service does stops until someone starts it again."
            action={`${label} on ${deviceTitle(device)}`}
            onConfirm={() => void run(true)}
            onCancel={() => setAsking(false)}
          />
        )}
        <ErrorNote error={job.error} what="Nothing was done." onDismiss={job.clearError} />
        {jobId && <WatchedOperation key={jobId} jobId={jobId} mac={device.mac} withOutput />}
      </form>
    </Section>
  );
}
