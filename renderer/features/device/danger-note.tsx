import { Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import classes from './device.module.css';

/** Asks, where the cause is, before something that can hurt. The focus is on the safe answer. */
export function DangerNote(props: {
  what: string;
  advice: string;
  action: string;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  return (
    <div
      className={classes.danger}
      role="alertdialog"
      aria-label={props.what}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        props.onCancel();
      }}
    >
      <IconAlertTriangle size={16} aria-hidden="true" />
      <div className={classes.dangerText}>
        <p className={classes.dangerWhat}>{props.what}</p>
        <p>{props.advice}</p>
        <Group gap={8} mt={8}>
          <Button variant="default" autoFocus onClick={props.onCancel}>
            Do not
          </Button>
          <Button color="red" onClick={props.onConfirm}>
            {props.action}
          </Button>
        </Group>
      </div>
    </div>
  );
}
