import { Button, Stack, Textarea, TextInput } from '@mantine/core';
import { useId, useMemo, useState } from 'react';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useDevices } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LabelField } from '../../ui/label-field.tsx';
import { SideSheet } from '../../ui/side-sheet.tsx';
import classes from './devices.module.css';
import { DiscoveredPicker } from './discovered-picker.tsx';
import { planLinkCalls } from './link-plan.ts';
import { type LinkResult, LinkResults } from './link-results.tsx';
import { MacEntryList } from './mac-entry-list.tsx';
import { linkableMacs, parseMacList } from './mac-list.ts';

export interface LinkSheetProps {
  opened: boolean;
  onClose: () => void;
  siteId: string;
  initialMacs?: readonly string[];
}

/** Links devices by MAC: typed, pasted, or picked from those discovered. */
export function LinkSheet(props: LinkSheetProps) {
  return props.opened ? <OpenLinkSheet {...props} /> : null;
}

function OpenLinkSheet(props: LinkSheetProps) {
  const { siteId, onClose } = props;
  const formId = useId();
  const fleet = useDevices(siteId);
  const [text, setText] = useState(() => (props.initialMacs ?? []).join('\n'));
  const [name, setName] = useState('');
  const [tags, setTags] = useState<string[]>([]);
  const [groups, setGroups] = useState<string[]>([]);
  const [results, setResults] = useState<readonly LinkResult[]>();
  const { run, pending, error } = useCall();

  const known = useMemo(() => new Map(fleet.map((device) => [device.mac, device])), [fleet]);
  const entries = useMemo(() => parseMacList(text, known), [text, known]);
  const linkable = linkableMacs(entries);
  const written = useMemo(() => new Set(entries.flatMap(({ mac }) => (mac ? [mac] : []))), [entries]);
  const discovered = useMemo(() => fleet.filter((device) => !device.linked), [fleet]);
  const leftOut = entries.filter((entry) => entry.state === 'invalid').length;

  const link = async (): Promise<void> => {
    const gathered: LinkResult[] = [];
    for (const call of planLinkCalls(entries, { name, tags, groups })) {
      const output = await run('devices.link', { siteId, ...call });
      if (!output) break;
      gathered.push(...output.results);
    }
    if (gathered.length > 0) setResults(gathered);
  };
  const toggle = (mac: string): void => {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const kept = lines.filter((line) => !parseMacList(line, known).some((entry) => entry.mac === mac));
    setText((kept.length === lines.length ? [...lines, mac] : kept).join('\n'));
  };

  if (results) {
    const failed = results.filter((result) => result.error).length;
    return (
      <SideSheet
        opened
        onClose={onClose}
        title={
          failed === 0 ? `Linked ${results.length}` : `Linked ${results.length - failed} of ${results.length}`
        }
        footer={
          <>
            <Button
              variant="default"
              onClick={() => {
                setResults(undefined);
                setText('');
                setName('');
              }}
            >
              Link more
            </Button>
            <Button onClick={onClose}>Done</Button>
          </>
        }
      >
        <Stack gap="md" pt="md">
          <ErrorNote error={error} what="The rest was not linked." />
          <LinkResults results={results} onLeave={onClose} />
        </Stack>
      </SideSheet>
    );
  }

  return (
    <SideSheet
      opened
      onClose={onClose}
      title="Link device"
      subtitle="Only a linked device can be commanded."
      footer={
        <>
          <span className={classes.footNote}>{leftOut > 0 && `${leftOut} not valid: left out.`}</span>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} loading={pending} disabled={linkable.length === 0}>
            {linkable.length > 1 ? `Link ${linkable.length} devices` : 'Link device'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void link();
        }}
      >
        <Stack gap="md" pt="md">
          <Textarea
            label="MAC addresses"
            description="In any usual form; many at once on lines of their own or between commas. A second column becomes the name."
            placeholder={'B8:27:EB:40:7E:5A\nE45F01C93F15, press-08'}
            data-autofocus
            autosize
            minRows={3}
            maxRows={10}
            spellCheck={false}
            classNames={{ input: classes.monoInput }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              if (linkable.length > 0) void link();
            }}
          />
          <MacEntryList entries={entries} />
          <DiscoveredPicker
            devices={discovered}
            chosen={written}
            onToggle={toggle}
            onAll={() =>
              setText(
                [text.trim(), ...discovered.map(({ mac }) => mac).filter((mac) => !written.has(mac))]
                  .filter((line) => line !== '')
                  .join('\n'),
              )
            }
          />
          {linkable.length === 1 && (
            <TextInput
              label="Name"
              placeholder="Its host name, when it has told one"
              maxLength={64}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
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
          <ErrorNote error={error} what="Nothing was linked." />
        </Stack>
      </form>
    </SideSheet>
  );
}
