import { Button } from '@mantine/core';
import type { Notice } from '../../../contract/model/notice.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type StatusKind, StatusMark } from '../../ui/status-mark.tsx';
import classes from './alarms.module.css';

const LEVELS: Record<Notice['level'], readonly [StatusKind, string]> = {
  info: ['unknown', 'Note'],
  warning: ['alarm', 'Warning'],
  error: ['failed', 'Error'],
};

/** One thing that the control centre says about itself, until it is dismissed. */
export function NoticeLine({ notice }: { notice: Notice }) {
  const { run, pending, error } = useCall();
  const [kind, label] = LEVELS[notice.level];
  return (
    <li className={classes.line}>
      <span className={classes.kind}>
        <StatusMark kind={kind} label={label} />
      </span>
      <span className={classes.wide}>
        {notice.message}
        <ErrorNote error={error} what="It was not dismissed." />
      </span>
      <span className={classes.time}>
        <RelativeTime at={notice.at} />
      </span>
      <span className={classes.action}>
        <Button
          size="compact-sm"
          variant="default"
          loading={pending}
          onClick={() => void run('notices.dismiss', { id: notice.id })}
        >
          Dismiss
        </Button>
      </span>
    </li>
  );
}
