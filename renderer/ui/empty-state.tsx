import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** An empty screen: one picture in the line style of the icons, one sentence, one button. */
export function EmptyState(props: {
  icon: ReactNode;
  sentence: ReactNode;
  action?: ReactNode;
  compact?: boolean;
}) {
  return (
    <div className={classes.empty} data-compact={props.compact || undefined}>
      <span className={classes.picture} aria-hidden="true">
        {props.icon}
      </span>
      <p className={classes.sentence}>{props.sentence}</p>
      {props.action}
    </div>
  );
}
