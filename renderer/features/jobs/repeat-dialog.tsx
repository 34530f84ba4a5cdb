import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import type { Job } from '../../../contract/model/job.ts';
import type { Call } from '../../rpc/rpc-context.tsx';
import { CountConfirm, isConfirmed } from '../../ui/count-confirm.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { confirmationFor, type RepeatPlan, repeatSentence } from './repeat-plan.ts';

/** Asks before a job is done once more; the count is typed where it can hurt. Mount it to open it. */
export function RepeatDialog(props: {
  job: Job;
  plan: RepeatPlan;
  devices: readonly (Device | undefined)[];
  call: Call;
  onRepeat: () => void;
  onClose: () => void;
}) {
  const { job, plan, devices, call, onRepeat, onClose } = props;
  const [typed, setTyped] = useState('');
  const count = plan.macs.length;
  const where = count === 1 ? '1 device' : `${count} devices`;
  const mustType = confirmationFor(job, plan) === 'type-count';
  const ready = !mustType || isConfirmed(String(count), typed);
  return (
    <Modal
      opened
      onClose={onClose}
      title={plan.kind === 'retry' ? `Retry on ${where}?` : `Run again on ${where}?`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onRepeat();
        }}
      >
        <Stack gap="sm">
          <Text component="code">{job.title}</Text>
          <Text>{repeatSentence(plan, devices)}</Text>
          {mustType && <CountConfirm expected={String(count)} value={typed} onChange={setTyped} />}
          <ErrorNote error={call.error} what="Nothing was started." />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button
              type="submit"
              loading={call.pending}
              disabled={!ready}
              data-autofocus={!mustType || undefined}
            >
              {plan.kind === 'retry' ? 'Retry' : 'Run again'} on {where}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
