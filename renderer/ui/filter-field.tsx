import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import classes from './toolbar.module.css';

/** A row of fields and buttons above a table. `end` keeps to the right. */
export function Toolbar(props: { children: ReactNode; end?: ReactNode; label?: string }) {
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={props.label ?? 'Tools'}>
      {props.children}
      {props.end && <div className={classes.end}>{props.end}</div>}
    </div>
  );
}

/** Text that narrows a list while it is typed. Esc empties it. */
export function FilterField(props: {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  widthPx?: number;
  inputRef?: Ref<HTMLInputElement>;
}) {
  return (
    <TextInput
      ref={props.inputRef}
      aria-label={props.placeholder}
      placeholder={props.placeholder}
      value={props.value}
      w={props.widthPx ?? 260}
      type="text"
      spellCheck={false}
      leftSection={<IconSearch size={14} aria-hidden="true" />}
      rightSection={
        props.value && (
          <CloseButton size="xs" aria-label="Clear the filter" onClick={() => props.onChange('')} />
        )
      }
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || props.value === '') return;
        event.stopPropagation();
        props.onChange('');
      }}
    />
  );
}
