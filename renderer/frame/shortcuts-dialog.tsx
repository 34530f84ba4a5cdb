import { Modal } from '@mantine/core';
import type { Command } from '../ui/command-registry.ts';
import { useCommands } from '../ui/commands.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import classes from './shortcuts-dialog.module.css';

const TABLE_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['↑ ↓', 'Move in a table'],
  ['Enter', 'Open the row'],
  ['Space', 'Select the row'],
  ['Shift+↓', 'Extend the selection'],
  ['mod+a', 'Select all that are listed'],
  ['Esc', 'Clear the selection, close one layer'],
];

/** Every shortcut that works now. */
export function ShortcutsDialog(props: { opened: boolean; onClose: () => void }) {
  const commands = useCommands().filter((command) => command.shortcut !== undefined);
  const groups = [...new Set(commands.map((command) => command.group ?? 'Actions'))];
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Keyboard shortcuts" size={640}>
      <div className={classes.columns}>
        {groups.map((group) => (
          <ShortcutGroup
            key={group}
            title={group}
            rows={commands.filter((command) => (command.group ?? 'Actions') === group).map(rowOf)}
          />
        ))}
        <ShortcutGroup title="Tables" rows={TABLE_KEYS} />
      </div>
    </Modal>
  );
}

function rowOf(command: Command): readonly [string, string] {
  return [command.shortcut?.split(', ')[0] ?? '', command.title];
}

function ShortcutGroup(props: { title: string; rows: readonly (readonly [keys: string, what: string])[] }) {
  return (
    <section className={classes.group}>
      <h3 className={classes.title}>{props.title}</h3>
      <dl className={classes.list}>
        {props.rows.map(([keys, what]) => (
          <div key={what} className={classes.row}>
            <dt>{what}</dt>
            <dd>
              <KeyHint keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
