import { ActionIcon, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { AnsiLine } from './ansi.ts';
import classes from './terminal-output.module.css';

/** Finds text in lines; Enter goes to the next one, shift and Enter back, Esc closes. */
export function TerminalFind(props: {
  lines: readonly AnsiLine[];
  /** The line to show, or -1 for none. */
  onMark: (index: number) => void;
  onClose: () => void;
}) {
  const { lines, onMark, onClose } = props;
  const [text, setText] = useState('');
  const [position, setPosition] = useState(0);
  const found = useMemo(() => findLines(lines, text), [lines, text]);

  const go = (to: number): void => {
    if (found.length === 0) return;
    const next = (to + found.length) % found.length;
    setPosition(next);
    onMark(found[next] ?? -1);
  };
  const change = (value: string): void => {
    setText(value);
    setPosition(0);
    onMark(findLines(lines, value)[0] ?? -1);
  };
  const close = (): void => {
    onMark(-1);
    onClose();
  };

  return (
    <span className={classes.find}>
      <TextInput
        size="xs"
        w={160}
        autoFocus
        aria-label="Find"
        placeholder="Find"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(position + (event.shiftKey ? -1 : 1));
          else if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
        }}
      />
      <span className={classes.findCount} aria-live="polite">
        {text !== '' && (found.length === 0 ? 'none' : `${position + 1} of ${found.length}`)}
      </span>
      <ActionIcon
        size="sm"
        aria-label="Previous"
        disabled={found.length === 0}
        onClick={() => go(position - 1)}
      >
        <IconChevronUp size={14} />
      </ActionIcon>
      <ActionIcon size="sm" aria-label="Next" disabled={found.length === 0} onClick={() => go(position + 1)}>
        <IconChevronDown size={14} />
      </ActionIcon>
      <ActionIcon size="sm" aria-label="Close the search" onClick={close}>
        <IconX size={14} />
      </ActionIcon>
    </span>
  );
}

/** Indexes of the lines that contain the text, whatever its case. */
function findLines(lines: readonly AnsiLine[], text: string): readonly number[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  const found: number[] = [];
  lines.forEach((line, index) => {
    if (
      line
        .map((span) => span.text)
        .join('')
        .toLowerCase()
        .includes(wanted)
    )
      found.push(index);
  });
  return found;
}
