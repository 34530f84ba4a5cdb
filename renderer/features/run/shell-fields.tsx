import { Autocomplete, Button, Menu, Select, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { formatDuration } from '../../../contract/lib/time.ts';
import { createRecentCommands } from './recent-commands.ts';
import classes from './run.module.css';
import type { DraftProblems, RunDraft } from './run-draft.ts';

const INTERPRETERS = ['/bin/sh', '/bin/bash', 'python3', 'perl', 'node'];
const TIMEOUTS = [
  { value: '60', label: '1 minute' },
  { value: '600', label: '10 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '28800', label: '8 hours' },
  { value: '0', label: 'No limit' },
];

interface FieldProps {
  draft: RunDraft;
  problems: DraftProblems;
  onChange: (change: Partial<RunDraft>) => void;
}

/** A command line or a script, and how it is run. */
export function ShellFields(props: FieldProps) {
  const { draft, problems, onChange } = props;
  const isScript = draft.choice === 'script';
  const name = isScript ? 'script' : 'command';
  return (
    <>
      <div className={classes.textHead}>
        <label htmlFor="run-text" className={classes.fieldLabel}>
          {isScript ? 'Script' : 'Command'}
        </label>
        {!isScript && <RecentMenu onPick={(command) => onChange({ command })} />}
      </div>
      <Textarea
        id="run-text"
        data-autofocus
        autosize
        minRows={isScript ? 6 : 2}
        maxRows={isScript ? 16 : 8}
        classNames={{ input: classes.monoInput }}
        placeholder={isScript ? 'apt-get update\napt-get install -y htop' : 'uname -a'}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        value={isScript ? draft.script : draft.command}
        error={problems[name]}
        onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      />
      <Advanced draft={draft} problems={problems} onChange={onChange} />
    </>
  );
}

function RecentMenu(props: { onPick: (command: string) => void }) {
  const recent = useMemo(() => createRecentCommands(localStorage), []);
  const [commands, setCommands] = useState(recent.list);
  if (commands.length === 0) return null;
  return (
    <Menu position="bottom-end" width={420}>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-xs" leftSection={<IconHistory size={14} />}>
          Recent
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.recent}>
        {commands.map((command) => (
          <Menu.Item key={command} className={classes.recentCommand} onClick={() => props.onPick(command)}>
            {command}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          onClick={() => {
            recent.clear();
            setCommands([]);
          }}
        >
          Forget these
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What most commands do not need; open by itself when something in it is wrong. */
function Advanced(props: FieldProps) {
  const { draft, problems, onChange } = props;
  const wrong = ['interpreter', 'argumentLines', 'environmentLines', 'workingDirectory', 'user'] as const;
  const [wanted, setWanted] = useState(false);
  const open = wanted || wrong.some((field) => problems[field] !== undefined);
  return (
    <div>
      <UnstyledButton className={classes.fold} aria-expanded={open} onClick={() => setWanted(!open)}>
        <IconChevronRight size={14} className={classes.foldChevron} aria-hidden="true" />
        <span>Advanced</span>
        <span className={classes.foldWords}>{advancedWords(draft)}</span>
      </UnstyledButton>
      {open && (
        <div className={classes.advanced}>
          <Autocomplete
            label="Interpreter"
            description="A path, or a name that the device finds"
            placeholder="/bin/sh"
            size="xs"
            data={INTERPRETERS}
            classNames={{ input: classes.monoInput }}
            value={draft.interpreter}
            error={problems.interpreter}
            onChange={(interpreter) => onChange({ interpreter })}
          />
          <Select
            label="Time limit"
            description="Ends it and all that it started"
            allowDeselect={false}
            data={TIMEOUTS}
            value={String(draft.timeoutSec)}
            onChange={(value) => onChange({ timeoutSec: Number(value ?? 600) })}
          />
          <TextInput
            label="User"
            description="Empty: the agent's own"
            placeholder="pi"
            spellCheck={false}
            classNames={{ input: classes.monoInput }}
            value={draft.user}
            error={problems.user}
            onChange={(event) => onChange({ user: event.currentTarget.value })}
          />
          <TextInput
            label="Working directory"
            description="Empty: the agent's own"
            placeholder="/opt/line"
            spellCheck={false}
            classNames={{ input: classes.monoInput }}
            value={draft.workingDirectory}
            error={problems.workingDirectory}
            onChange={(event) => onChange({ workingDirectory: event.currentTarget.value })}
          />
          <Textarea
            label="Arguments"
            description="One a line, no quotes needed"
            autosize
            minRows={2}
            maxRows={6}
            spellCheck={false}
            classNames={{ input: classes.monoInput }}
            value={draft.argumentLines}
            error={problems.argumentLines}
            onChange={(event) => onChange({ argumentLines: event.currentTarget.value })}
          />
          <Textarea
            label="Environment"
            description="NAME=value, one a line; kept with the job"
            placeholder="LANG=C"
            autosize
            minRows={2}
            maxRows={6}
            spellCheck={false}
            classNames={{ input: classes.monoInput }}
            value={draft.environmentLines}
            error={problems.environmentLines}
            onChange={(event) => onChange({ environmentLines: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}

/** What is set apart from the defaults, so that nothing hides in the fold. */
function advancedWords(draft: RunDraft): string {
  const count = (text: string): number => text.split('\n').filter((line) => line.trim() !== '').length;
  const words = [
    draft.interpreter.trim(),
    draft.user.trim() && `as ${draft.user.trim()}`,
    draft.workingDirectory.trim() && `in ${draft.workingDirectory.trim()}`,
    count(draft.argumentLines) > 0 && `${count(draft.argumentLines)} arguments`,
    count(draft.environmentLines) > 0 && `${count(draft.environmentLines)} variables`,
    draft.timeoutSec === 0 ? 'no time limit' : `time limit ${formatDuration(draft.timeoutSec * 1000)}`,
  ];
  return words.filter(Boolean).join(' · ');
}
