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
  // What was never there cannot be discovered: without its link there is nothing to remember.
  const neverSeen = devices.filter(({ state }) => state === 'never-seen').map(({ mac }) => mac);
  const several = devices.length > 1;
  const expected = String(devices.length);
  const what = several ? `${devices.length} devices` : deviceTitle(devices[0] ?? { name: '', mac: '' });

  const unlink = async (): Promise<void> => {
    const output = await run('devices.unlink', { siteId, macs: devices.map(({ mac }) => mac) });
    if (!output) return;
    if (neverSeen.length > 0 && !(await run('devices.forget', { siteId, macs: neverSeen }))) return;
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
          {neverSeen.length < devices.length && (
            <Text>
              {several ? 'They keep' : 'It keeps'} running and {several ? 'are' : 'is'} listed under
              Discovered. Until linked again, {several ? 'they refuse' : 'it refuses'} every request. Jobs
              that wait for {several ? 'them' : 'it'} are cancelled.
            </Text>
          )}
          {neverSeen.length > 0 && <Text>{neverSeenSentence(neverSeen.length, devices.length)}</Text>}
          {several && <CountConfirm expected={expected} value={typed} onChange={setTyped} />}
          <ErrorNote error={error} what="This was not done, or not for all." />
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

function neverSeenSentence(count: number, of: number): string {
  if (of === 1) return 'It was never seen: its name, tags and waiting jobs are forgotten with the link.';
  const who = count === of ? 'They were' : count === 1 ? 'One of them was' : `${count} of them were`;
  return `${who} never seen: name, tags and waiting jobs are forgotten with the link.`;
}
