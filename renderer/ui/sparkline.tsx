import { useMemo } from 'react';

/** A line in the height of a row. Null values are gaps. Ends at `max` when it is given, else at the largest value. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  /** What it shows, for those who do not see it: “CPU over the last hour, 12 per cent now”. */
  label: string;
  min?: number;
  max?: number;
  widthPx?: number;
  heightPx?: number;
}) {
  const { values, widthPx = 96, heightPx = 24 } = props;
  const path = useMemo(
    () => sparklinePath(values, widthPx, heightPx, props.min, props.max),
    [values, widthPx, heightPx, props.min, props.max],
  );
  return (
    <svg
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      role="img"
      aria-label={props.label}
    >
      <path d={path} fill="none" stroke="var(--running)" strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}

/** SVG path of a series; a new stroke begins after each gap. */
export function sparklinePath(
  values: readonly (number | null)[],
  widthPx: number,
  heightPx: number,
  min = 0,
  max?: number,
): string {
  const known = values.filter((value) => value !== null);
  const top = max ?? Math.max(min + 1, ...known);
  const stepPx = values.length > 1 ? (widthPx - 2) / (values.length - 1) : 0;
  let pen: 'M' | 'L' = 'M';
  let path = '';
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const share = Math.min(1, Math.max(0, (value - min) / (top - min)));
    path += `${pen}${(1 + index * stepPx).toFixed(1)} ${(heightPx - 1.5 - share * (heightPx - 3)).toFixed(1)}`;
    pen = 'L';
  });
  return path;
}
