import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import classes from './forms.module.css';

/** Fields that most people leave as they are. Opens by itself when one of them needs a look. */
export function FoldOut(props: { label: string; forced?: boolean; children: ReactNode }) {
  const [chosen, setChosen] = useState(false);
  const open = chosen || (props.forced ?? false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className={classes.advanced}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setChosen(!open)}
      >
        <IconChevronRight size={14} aria-hidden="true" />
        {props.label}
      </button>
      <div id={id} hidden={!open}>
        <div className={classes.inset}>{props.children}</div>
      </div>
    </>
  );
}
