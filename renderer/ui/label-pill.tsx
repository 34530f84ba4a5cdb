import classes from './label-pill.module.css';

/** A tag, a group, or a mark such as “demo”. */
export function LabelPill(props: { children: string; kind?: 'label' | 'demo'; title?: string }) {
  return (
    <span className={classes.pill} data-kind={props.kind} title={props.title}>
      {props.children}
    </span>
  );
}

/** Labels in one line. With `limit`, the rest is a number with the names on hover; with `wrap`, all are shown. */
export function LabelList(props: { labels: readonly string[]; limit?: number; wrap?: boolean }) {
  const { labels, limit = Number.POSITIVE_INFINITY } = props;
  const rest = labels.slice(limit);
  return (
    <span className={classes.list} data-wrap={props.wrap || undefined}>
      {labels.slice(0, limit).map((label) => (
        <LabelPill key={label}>{label}</LabelPill>
      ))}
      {rest.length > 0 && (
        <span className={classes.more} title={rest.join(', ')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
