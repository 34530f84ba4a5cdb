import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './devices.module.css';

/** What can be done with the selected rows; appears under the table as soon as there are some. */
export function SelectionBar(props: {
  count: number;
  /** Selected, but hidden by the filter. */
  hiddenCount: number;
  listedCount: number;
  onSelectListed: () => void;
  onClear: () => void;
  children: ReactNode;
}) {
  const { count, hiddenCount, listedCount } = props;
  if (count === 0) return null;
  return (
    <section className={classes.selection} aria-label="Selected devices">
      <span className={classes.selectedCount} role="status">
        <strong>{count} selected</strong>
        {hiddenCount > 0 && (
          <span className={classes.hiddenCount}> · {hiddenCount} of them not in this list</span>
        )}
      </span>
      <span className={classes.selectionActions}>{props.children}</span>
      <span className={classes.selectionEnd}>
        {count - hiddenCount < listedCount && (
          <Button variant="subtle" color="gray" onClick={props.onSelectListed}>
            All {listedCount} listed
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={props.onClear}>
          Clear
        </Button>
      </span>
    </section>
  );
}
