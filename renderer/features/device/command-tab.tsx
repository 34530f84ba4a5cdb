import { Button, Group, Textarea, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChevronRight, IconPlayerPlay, IconTerminal } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { type Device, unsuitableReason } from '../../../contract/model/device.ts';
import { isDangerous } from '../../../contract/model/operation.ts';
import { deviceTitle } from '../../state/device-words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import commandClasses from './command.module.css';
import { commandArgs, DEFAULT_OPTIONS, optionsSummary } from './command-draft.ts';
import { AT_DRAFT, addCommand, type CommandHistory, readHistory, walkHistory } from './command-history.ts';
import { CommandOptionFields } from './command-options.tsx';
import { CommandRun } from './command-run.tsx';
import { DangerNote } from './danger-note.tsx';
import classes from './device.module.css';
import type { StartedRun } from './started-run.ts';
import { useStartJob } from './use-start-job.ts';

/** A prompt on one device: what is typed runs as a job of its own and prints here, live. */
export function CommandTab(props: {
  device: Device;
  runs: readonly StartedRun[];
  onRuns: (runs: readonly StartedRun[]) => void;
}) {
  const { device, runs, onRuns } = props;
  const inputRef = useRef<HTMLTextAreaElement>(null);
  const [history, setHistory] = useLocalStorage<CommandHistory>({
    key: `muster.command-history.${device.siteId}.${device.mac}`,
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: readHistory,
    serialize: JSON.stringify,
  });
  const [command, setCommand] = useState('');
  const [position, setPosition] = useState(AT_DRAFT);
  const [options, setOptions] = useState(DEFAULT_OPTIONS);
  const [showOptions, setShowOptions] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);
  const job = useStartJob(device);
  const reason = unsuitableReason(device, 'shell.run');

  const edit = (text: string): void => {
    setCommand(text);
    setPosition(AT_DRAFT);
    setProblem(undefined);
    setAsking(false);
  };
  const run = async (confirmed: boolean): Promise<void> => {
    if (command.trim() === '' || reason || job.pending) return;
    const check = commandArgs(command, options);
    if (!check.ok) return setProblem(check.problem);
    if (!confirmed && isDangerous('shell.run', check.args)) return setAsking(true);
    setAsking(false);
    const started = await job.start('shell.run', check.args);
    if (!started) return;
    onRuns([...runs, { jobId: started.id, command }].slice(-20));
    setHistory(addCommand(history, command));
    edit('');
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const multiline = command.includes('\n');
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void run(false);
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !multiline) {
      const step = walkHistory(history, position, command, event.key === 'ArrowUp' ? 'back' : 'forward');
      if (!step) return;
      event.preventDefault();
      setCommand(step.text);
      setPosition(step.position);
    }
  };

  return (
    <div className={commandClasses.command}>
      <div className={commandClasses.prompt}>
        <div className={commandClasses.promptRow}>
          <Textarea
            ref={inputRef}
            className={commandClasses.promptField}
            classNames={{ input: commandClasses.monoInput }}
            aria-label={`Command to run on ${deviceTitle(device)}`}
            placeholder="uname -a"
            leftSection={<IconChevronRight size={14} aria-hidden="true" />}
            autosize
            minRows={1}
            maxRows={10}
            autoFocus
            spellCheck={false}
            autoCapitalize="off"
            value={command}
            disabled={reason !== undefined}
            onChange={(event) => edit(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Button
            size="sm"
            leftSection={<IconPlayerPlay size={14} />}
            loading={job.pending}
            disabled={reason !== undefined || command.trim() === ''}
            onClick={() => void run(false)}
          >
            {device.online ? 'Run' : 'Run when online'}
          </Button>
        </div>
        <Group gap={12} className={commandClasses.promptHints}>
          <UnstyledButton
            className={commandClasses.fold}
            aria-expanded={showOptions}
            onClick={() => setShowOptions(!showOptions)}
          >
            <IconChevronRight size={12} aria-hidden="true" />
            {optionsSummary(options)}
          </UnstyledButton>
          <span className={classes.hint}>Enter runs · Shift Enter new line · ↑ earlier commands</span>
        </Group>
        {showOptions && <CommandOptionFields options={options} onChange={setOptions} />}
        {reason && <p className={classes.warning}>{reason}</p>}
        {!reason && !device.online && (
          <p className={classes.warning}>
            {deviceTitle(device)} is not online. A command waits in the control centre and is sent when the
            device appears; until then it can be taken back.
          </p>
        )}
        {problem && (
          <p className={classes.warning} role="alert">
            {problem}
          </p>
        )}
        {asking && (
          <DangerNote
            what={`Run “${command.trim()}” on ${deviceTitle(device)}?`}
            advice="This command can delete data, stop services or take the device away from you."
            action={`Run on ${deviceTitle(device)}`}
            onConfirm={() => void run(true)}
            onCancel={() => {
              setAsking(false);
              inputRef.current?.focus();
            }}
          />
        )}
        <ErrorNote error={job.error} what="The command was not started." onDismiss={job.clearError} />
      </div>
      <div className={commandClasses.runs}>
        {runs.length === 0 && !reason && (
          <EmptyState
            compact
            icon={<IconTerminal />}
            sentence="What you run here prints below, and stays as a job under Jobs."
          />
        )}
        {[...runs].reverse().map((started) => (
          <CommandRun
            key={started.jobId}
            run={started}
            device={device}
            onAgain={(text) => {
              edit(text);
              inputRef.current?.focus();
            }}
          />
        ))}
      </div>
    </div>
  );
}
