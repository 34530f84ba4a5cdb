import { Button } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react';
import type { Notice } from '../../contract/model/notice.ts';
import { useCall } from '../rpc/rpc-context.tsx';
import { useConnectionStatus, useNotices } from '../state/hooks.ts';
import { spanText } from '../ui/relative-time.tsx';
import { Link } from '../ui/router.tsx';
import { useNow } from '../ui/ticker.ts';
import classes from './banners.module.css';

/** A control centre that is busy, or whose machine slept, answers again before that. */
const LONG_MS = 10_000;

/** Shown while the control centre does not answer: what is on screen is from before. */
export function ConnectionBar() {
  const { phase, sinceMs, problem } = useConnectionStatus();
  const age = useNow((nowMs) => spanText(nowMs - sinceMs));
  const long = useNow((nowMs) => nowMs - sinceMs > LONG_MS);
  if (phase !== 'lost') return null;
  return (
    <div className={classes.bar} data-level="warning" role="status">
      <IconPlugConnectedX size={15} aria-hidden="true" />
      <span className={classes.text} title={problem || undefined}>
        Reconnecting to the control centre … What is shown is from {age ? `${age} ago` : 'a moment ago'}.
        {long &&
          ' If Muster was stopped, start it again; in a browser, open the address that it prints then.'}
      </span>
    </div>
  );
}

/** What the control centre says about itself, until the person dismisses it. The gravest one, and how many more. */
export function NoticesBanner() {
  const notices = useNotices();
  const { run } = useCall();
  const notice = gravest(notices);
  if (!notice) return null;
  const Icon = notice.level === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={classes.bar} data-level={notice.level} role="status">
      <Icon size={15} aria-hidden="true" />
      <span className={classes.text} title={notice.message}>
        {notice.message}
      </span>
      {notices.length > 1 && <Link to="/alarms">{notices.length - 1} more</Link>}
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => void run('notices.dismiss', { id: notice.id })}
      >
        Dismiss
      </Button>
    </div>
  );
}

/** The notice that matters most; of equal ones the newest. */
export function gravest(notices: readonly Notice[]): Notice | undefined {
  const rank = { error: 2, warning: 1, info: 0 };
  return [...notices].sort((a, b) => rank[b.level] - rank[a.level] || b.at.localeCompare(a.at))[0];
}
