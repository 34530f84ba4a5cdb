import type { ReactNode } from 'react';
import classes from './text.module.css';

/** Fixed-width text for MACs, addresses, versions, output. */
export function Mono(props: { children: ReactNode; dim?: boolean; title?: string }) {
  return (
    <span className={classes.mono} data-dim={props.dim || undefined} title={props.title}>
      {props.children}
    </span>
  );
}
