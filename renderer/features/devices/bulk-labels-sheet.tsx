import { Button, Checkbox, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LabelField } from '../../ui/label-field.tsx';
import { labelsProblem, sharedLabels } from '../../ui/label-words.ts';
import { SideSheet } from '../../ui/side-sheet.tsx';
import classes from './devices.module.css';

/** Adds and removes tags or groups on many devices; what is not touched stays as it is. Mount it to open it. */
export function BulkLabelsSheet(props: {
  siteId: string;
  devices: readonly Device[];
  fleet: readonly Device[];
  kind: 'tags' | 'groups';
  onClose: () => void;
}) {
  const { siteId, devices, kind, onClose } = props;
  const noun = kind === 'tags' ? 'tag' : 'group';
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<readonly string[]>([]);
  const { run, pending, error } = useCall();
  const present = useMemo(() => sharedLabels(devices.map((device) => device[kind])), [devices, kind]);
  const changes = add.length + remove.length;
  const broken = labelsProblem(add) !== undefined;

  const save = async (): Promise<void> => {
    const labels =
      kind === 'tags'
        ? { addTags: add, removeTags: [...remove] }
        : { addGroups: add, removeGroups: [...remove] };
    const output = await run('devices.edit', { siteId, macs: devices.map(({ mac }) => mac), ...labels });
    if (!output) return;
    notifications.show({ message: `Changed the ${kind} of ${output.devices.length} devices.` });
    onClose();
  };
  const toggle = (name: string): void =>
    setRemove(remove.includes(name) ? remove.filter((each) => each !== name) : [...remove, name]);

  return (
    <SideSheet
      opened
      onClose={onClose}
      title={`${kind === 'tags' ? 'Tags' : 'Groups'} of ${devices.length} devices`}
      subtitle="What you do not touch stays as it is on each device."
      widthPx={480}
      footer={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={pending} disabled={changes === 0 || broken} onClick={() => void save()}>
            Change {devices.length} devices
          </Button>
        </>
      }
    >
      <Stack gap="md" pt="md">
        <LabelField
          label={`Add to all ${devices.length}`}
          labels={add}
          onChange={setAdd}
          suggestions={props.fleet.map((device) => device[kind])}
        />
        <fieldset className={classes.fieldset}>
          <legend>Remove</legend>
          {present.length === 0 && <p className={classes.dim}>None of these devices has a {noun}.</p>}
          {present.map((label) => (
            <Checkbox
              key={label.name}
              checked={remove.includes(label.name)}
              onChange={() => toggle(label.name)}
              label={
                <>
                  {label.name}{' '}
                  <span className={classes.dim}>
                    {label.count === devices.length ? 'on all' : `on ${label.count} of ${devices.length}`}
                  </span>
                </>
              }
            />
          ))}
        </fieldset>
        <ErrorNote error={error} what="Nothing was changed." />
      </Stack>
    </SideSheet>
  );
}
