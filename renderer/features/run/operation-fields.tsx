import { NumberInput, Select, TextInput } from '@mantine/core';
import classes from './run.module.css';
import type { DraftProblems, RunDraft } from './run-draft.ts';
import { SERVICE_ACTIONS } from './run-draft.ts';
import { ShellFields } from './shell-fields.tsx';

const LOG_SOURCES = [
  { value: 'agent-stdout', label: 'What the agent reports' },
  { value: 'agent-stderr', label: 'Errors of the agent' },
] as const;

/** The fields of the chosen operation. */
export function OperationFields(props: {
  draft: RunDraft;
  problems: DraftProblems;
  onChange: (change: Partial<RunDraft>) => void;
}) {
  const { draft, problems, onChange } = props;
  switch (draft.choice) {
    case 'command':
    case 'script':
      return <ShellFields draft={draft} problems={problems} onChange={onChange} />;
    case 'log':
      return (
        <div className={classes.fieldRow}>
          <Select
            label="Log"
            w={220}
            allowDeselect={false}
            data={[...LOG_SOURCES]}
            value={draft.logSource}
            onChange={(value) =>
              onChange({ logSource: value === 'agent-stderr' ? 'agent-stderr' : 'agent-stdout' })
            }
          />
          <WholeNumber
            label="Last lines"
            max={100_000}
            value={draft.logLines}
            error={problems.logLines}
            onChange={(logLines) => onChange({ logLines })}
          />
        </div>
      );
    case 'service':
      return (
        <div className={classes.fieldRow}>
          <Select
            label="Action"
            w={140}
            allowDeselect={false}
            data={[...SERVICE_ACTIONS]}
            value={draft.serviceAction}
            onChange={(value) => {
              const serviceAction = SERVICE_ACTIONS.find((action) => action === value);
              if (serviceAction) onChange({ serviceAction });
            }}
          />
          <TextInput
            label="Unit"
            placeholder="ssh.service"
            className={classes.grow}
            classNames={{ input: classes.monoInput }}
            value={draft.unit}
            error={problems.unit}
            spellCheck={false}
            onChange={(event) => onChange({ unit: event.currentTarget.value })}
          />
        </div>
      );
    case 'reboot':
    case 'shutdown':
      return (
        <WholeNumber
          label="Wait before, in seconds"
          min={0}
          max={3600}
          value={draft.delaySec}
          error={problems.delaySec}
          onChange={(delaySec) => onChange({ delaySec })}
        />
      );
    case 'identify':
      return (
        <WholeNumber
          label="How long, in seconds"
          max={300}
          value={draft.identifySec}
          error={problems.identifySec}
          onChange={(identifySec) => onChange({ identifySec })}
        />
      );
    case 'information':
    case 'clock':
      return null;
  }
}

function WholeNumber(props: {
  label: string;
  min?: number;
  max: number;
  value: number;
  error: string | undefined;
  onChange: (value: number) => void;
}) {
  const { min = 1, max } = props;
  return (
    <NumberInput
      label={props.label}
      description={`${min} to ${max.toLocaleString('en')}`}
      w={180}
      min={min}
      max={max}
      allowDecimal={false}
      clampBehavior="blur"
      value={props.value}
      error={props.error}
      onChange={(value) => props.onChange(typeof value === 'number' ? value : min)}
    />
  );
}
