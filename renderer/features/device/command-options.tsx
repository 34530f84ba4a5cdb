import { Autocomplete, Select, TextInput } from '@mantine/core';
import commandClasses from './command.module.css';
import type { CommandOptions } from './command-draft.ts';

const TIMEOUTS = [
  { value: '30', label: '30 s' },
  { value: '60', label: '1 min' },
  { value: '600', label: '10 min' },
  { value: '3600', label: '1 h' },
  { value: '86400', label: '24 h' },
  { value: '0', label: 'No limit' },
];

/** Interpreter, user, folder and time limit of a command. */
export function CommandOptionFields(props: {
  options: CommandOptions;
  onChange: (options: CommandOptions) => void;
}) {
  const { options, onChange } = props;
  return (
    <div className={commandClasses.optionFields}>
      <Autocomplete
        label="Interpreter"
        size="xs"
        data={['/bin/sh', '/bin/bash', 'python3', 'perl']}
        value={options.interpreter}
        onChange={(interpreter) => onChange({ ...options, interpreter })}
      />
      <TextInput
        label="User"
        placeholder="the agent’s own"
        value={options.user}
        onChange={(event) => onChange({ ...options, user: event.currentTarget.value })}
      />
      <TextInput
        label="Folder"
        placeholder="the user’s home"
        value={options.workingDirectory}
        onChange={(event) => onChange({ ...options, workingDirectory: event.currentTarget.value })}
      />
      <Select
        label="Ended after"
        data={TIMEOUTS}
        allowDeselect={false}
        value={String(options.timeoutSec)}
        onChange={(value) => onChange({ ...options, timeoutSec: Number(value ?? 600) })}
      />
    </div>
  );
}
