import type { ReactNode } from 'react';
import classes from './page.module.css';

/** Head of a screen: its title, one line of truth, its actions (one of them in the accent colour at most). */
export function PageHead(props: {
  title: ReactNode;
  truth?: ReactNode;
  actions?: ReactNode;
  /** In front of the title: a way back. */
  back?: ReactNode;
}) {
  return (
    <header className={classes.head}>
      <div className={classes.headText}>
        {props.back}
        <h1 className={classes.title}>{props.title}</h1>
        {props.truth !== undefined && <p className={classes.truth}>{props.truth}</p>}
      </div>
      {props.actions && <div className={classes.actions}>{props.actions}</div>}
    </header>
  );
}

/** Body of a screen. `flush` without padding, for a table that fills it. */
export function PageBody(props: { children: ReactNode; flush?: boolean }) {
  return (
    <div className={classes.body} data-flush={props.flush || undefined}>
      {props.children}
    </div>
  );
}

/** A part of a screen with a small heading and a hairline. */
export function Section(props: {
  title: ReactNode;
  actions?: ReactNode;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{props.title}</h2>
        {props.hint && <span className={classes.sectionHint}>{props.hint}</span>}
        {props.actions && <div className={classes.sectionActions}>{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** Facts as name and value, aligned. */
export function FactList(props: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {props.facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
