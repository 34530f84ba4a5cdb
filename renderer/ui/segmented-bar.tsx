import classes from './segmented-bar.module.css';

export interface BarSegment {
  readonly kind: 'done' | 'running' | 'waiting' | 'failed' | 'rest';
  readonly count: number;
  /** What the count is of: “failed”. */
  readonly label: string;
}

/** Counts as parts of one bar. Its sentence is for those who do not see it; words beside it are for all. */
export function SegmentedBar(props: { segments: readonly BarSegment[]; label: string }) {
  const shown = props.segments.filter((segment) => segment.count > 0);
  return (
    <div className={classes.bar} role="img" aria-label={props.label}>
      {shown.map((segment) => (
        <span
          key={segment.label}
          className={classes.segment}
          data-kind={segment.kind}
          style={{ flexGrow: segment.count, flexBasis: 0 }}
          title={`${segment.count} ${segment.label}`}
        />
      ))}
    </div>
  );
}
