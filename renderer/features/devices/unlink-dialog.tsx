import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { deviceTitle } from '../../state/device-words.ts';
import { useDevices } from '../../state/hooks.ts';
import { CountConfirm, isConfirmed } from '../../ui/count-confirm.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

export interface UnlinkDialogProps {
  opened: boolean;
  onClose: () => void;
  siteId: string;
  macs: readonly string[];
}

/** Asks before devices are unlinked: names one, has the number of several typed. */
export function UnlinkDialog(props: UnlinkDialogProps) {
  const fleet = useDevices(props.siteId);
  const wanted = new Set(props.macs);
  const devices = fleet.filter(({ mac }) => wanted.has(mac));
  if (!props.opened || devices.length === 0) return null;
  return <Question siteId={props.siteId} devices={devices} onClose={props.onClose} />;
}

function Question(props: { siteId: string; devices: readonly Device[]; onClose: () => void }) {
  const { siteId, devices, onClose } = props;
  const [typed, setTyped] = useState('');
  const { run, pending, error } = useCall();
  const several = devices.length > 1;
  const expected = String(devices.length);
  const what = several ? `${devices.length} devices` : deviceTitle(devices[0] ?? { name: '', mac: '' });

  const unlink = async (): Promise<void> => {
    const output = await run('devices.unlink', { siteId, macs: devices.map(({ mac }) => mac) });
    if (!output) return;
    notifications.show({ message: `Unlinked ${what}.` });
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title={`Unlink ${what}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!several || isConfirmed(expected, typed)) void unlink();
        }}
      >
        <Stack gap="sm">
          <Text>
            {several ? 'They keep' : 'It keeps'} running and {several ? 'are' : 'is'} listed under Discovered.
            Until linked again, {several ? 'they refuse' : 'it refuses'} every request. Jobs that wait for{' '}
            {several ? 'them' : 'it'} are cancelled.
          </Text>
          {several && <CountConfirm expected={expected} value={typed} onChange={setTyped} />}
          <ErrorNote error={error} what="Nothing was unlinked." />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              Keep linked
            </Button>
            <Button
              type="submit"
              color="red"
              loading={pending}
              disabled={several && !isConfirmed(expected, typed)}
            >
              Unlink {what}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
