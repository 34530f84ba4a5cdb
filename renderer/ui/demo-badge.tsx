import { Tooltip } from '@mantine/core';
import classes from './demo-badge.module.css';

/** Marks what is there for trying out. */
export function DemoBadge() {
  return (
    <Tooltip label="Real agents that run on this machine, in folders of their own. Nothing here is a device in the field.">
      <span className={classes.badge}>Demo</span>
    </Tooltip>
  );
}
