import { ActionIcon } from '@mantine/core';
import { IconAlertCircle, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ErrorBody, ErrorCode } from '../../contract/lib/errors.ts';
import { CopyButton } from './copy-button.tsx';
import classes from './error-note.module.css';

const MEANING: Record<ErrorCode, string> = {
  invalid: 'Something that was entered is not accepted. Nothing was changed.',
  denied: 'Your role or your key does not allow this. Nothing was changed.',
  'not-found': 'It does not exist any more, or never did.',
  conflict: 'It contradicts something that exists already. Nothing was changed.',
  offline: 'There was no connection. It may or may not have reached the other side.',
  timeout: 'No answer came in time. It may or may not have been done.',
  cancelled: 'It was stopped before it was done.',
  incompatible: 'The two sides run versions that do not understand one another.',
  unsupported: 'The other side does not offer this.',
  'too-large': 'It is larger than what is accepted. Nothing was changed.',
  'no-space': 'There is no room left on the disk.',
  internal: 'This is a fault in Muster. The details help to mend it.',
};

/** An error where its cause is: what happened, what it means, what to do, with details to copy. */
export function ErrorNote(props: {
  error: ErrorBody | undefined;
  /** What was tried: “The site was not created.” */
  what?: string;
  /** What to do, when the error's own sentence does not say it. */
  advice?: ReactNode;
  onDismiss?: () => void;
  action?: ReactNode;
}) {
  const { error, what, advice, onDismiss, action } = props;
  if (!error) return null;
  const details = JSON.stringify({ at: new Date().toISOString(), what, ...error }, null, 2);
  return (
    <div className={classes.note} role="alert">
      <IconAlertCircle size={16} className={classes.icon} aria-hidden="true" />
      <div className={classes.text}>
        <p className={classes.what}>{what ? `${what} ${error.message}` : error.message}</p>
        <p className={classes.meaning}>{MEANING[error.code]}</p>
        {advice && <p className={classes.meaning}>{advice}</p>}
        {action && <div className={classes.action}>{action}</div>}
      </div>
      <div className={classes.buttons}>
        <CopyButton text={details} label="Copy details" />
        {onDismiss && (
          <ActionIcon size="sm" aria-label="Close this message" onClick={onDismiss}>
            <IconX size={14} />
          </ActionIcon>
        )}
      </div>
    </div>
  );
}
