import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Job, JobResult } from '../../../contract/model/job.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { resultClassOf } from '../../state/result-class.ts';
import { ErrorNote } from '../../ui/error-note.tsx';

/** Asks before a job is ended, and says what that means for what runs and what waits. Mount it to open it. */
export function CancelDialog(props: {
  job: Job;
  results: readonly JobResult[];
  /** The name when it is one device of several. */
  name: string | undefined;
  onClose: () => void;
}) {
  const { job, results, name, onClose } = props;
  const { run, pending, error } = useCall();
  const running = results.filter((result) => resultClassOf(result.state) === 'running').length;
  const waiting = results.filter((result) => resultClassOf(result.state) === 'waiting').length;
  const count = running + waiting;
  const where = name ?? (count === 1 ? '1 device' : `${count} devices`);

  const cancel = async (): Promise<void> => {
    const macs = results.map(({ mac }) => mac);
    if (await run('jobs.cancel', { jobId: job.id, macs })) onClose();
  };

  return (
    <Modal opened onClose={onClose} title={`Cancel on ${where}?`}>
      <Stack gap="sm">
        {running > 0 && (
          <Text>
            {running === 1 ? 'One device is told to end it' : `${running} devices are told to end it`}. What
            was done until then stays done.
          </Text>
        )}
        {waiting > 0 && (
          <Text>
            {waiting === 1 ? 'One device that waits' : `${waiting} devices that wait`} will not get it at all.
          </Text>
        )}
        {count === 0 && <Text>It has ended meanwhile: there is nothing left to cancel.</Text>}
        <ErrorNote error={error} what="Nothing was cancelled." />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {count === 0 ? 'Close' : 'Let it go on'}
          </Button>
          {count > 0 && (
            <Button color="red" loading={pending} onClick={() => void cancel()}>
              Cancel on {where}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
