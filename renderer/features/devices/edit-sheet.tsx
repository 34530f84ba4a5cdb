import { Button, Stack, Textarea, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { deviceTitle } from '../../state/device-words.ts';
import { useDevices } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LabelField } from '../../ui/label-field.tsx';
import { labelsProblem } from '../../ui/label-words.ts';
import { SideSheet } from '../../ui/side-sheet.tsx';
import { BulkLabelsSheet } from './bulk-labels-sheet.tsx';

export interface EditSheetProps {
  opened: boolean;
  onClose: () => void;
  siteId: string;
  macs: readonly string[];
  /** Of several devices, whether tags (the default) or groups are changed. */
  part?: 'tags' | 'groups';
}

/** Edits one device, or the tags or groups of several. */
export function EditSheet(props: EditSheetProps) {
  const { siteId, macs, onClose } = props;
  const fleet = useDevices(siteId);
  if (!props.opened) return null;
  const wanted = new Set(macs);
  const devices = fleet.filter(({ mac }) => wanted.has(mac));
  const [first] = devices;
  if (!first) return null;
  if (devices.length === 1) return <DeviceSheet device={first} fleet={fleet} onClose={onClose} />;
  const kind = props.part ?? 'tags';
  return <BulkLabelsSheet siteId={siteId} devices={devices} fleet={fleet} kind={kind} onClose={onClose} />;
}

function DeviceSheet(props: { device: Device; fleet: readonly Device[]; onClose: () => void }) {
  const { device, fleet, onClose } = props;
  const formId = useId();
  const [name, setName] = useState(device.name);
  const [tags, setTags] = useState<string[]>(device.tags);
  const [groups, setGroups] = useState<string[]>(device.groups);
  const [note, setNote] = useState(device.note);
  const { run, pending, error } = useCall();
  const twin = fleet.find(
    (other) => other.mac !== device.mac && other.name === name.trim() && name.trim() !== '',
  );
  const nameProblem =
    name.trim() === ''
      ? 'Give it a name.'
      : name.trim().length > 64
        ? 'Use at most 64 characters.'
        : undefined;
  const problem = labelsProblem(tags) ?? labelsProblem(groups);

  const save = async (): Promise<void> => {
    const edit = { name: name.trim(), tags, groups, note };
    if (await run('devices.edit', { siteId: device.siteId, macs: [device.mac], edit })) onClose();
  };

  return (
    <SideSheet
      opened
      onClose={onClose}
      title={`Edit ${deviceTitle(device)}`}
      subtitle={device.mac}
      footer={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={formId}
            loading={pending}
            disabled={nameProblem !== undefined || problem !== undefined}
          >
            Save changes
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md" pt="md">
          <TextInput
            label="Name"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={nameProblem}
            description={twin ? `${twin.mac} has this name too.` : undefined}
          />
          <LabelField
            label="Tags"
            labels={tags}
            onChange={setTags}
            suggestions={fleet.map((other) => other.tags)}
          />
          <LabelField
            label="Groups"
            labels={groups}
            onChange={setGroups}
            suggestions={fleet.map((other) => other.groups)}
          />
          <Textarea
            label="Note"
            description="For colleagues: where it hangs, what it drives, who to call."
            autosize
            minRows={3}
            maxRows={12}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <ErrorNote error={error} what="The changes were not saved." />
        </Stack>
      </form>
    </SideSheet>
  );
}
