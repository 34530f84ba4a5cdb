import type uPlot from 'uplot';

const STROKES = ['--running', '--online', '--waiting', '--failed'] as const;
const DASHES: readonly (number[] | undefined)[] = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]];

interface ChartLook {
  labels: readonly string[];
  format: (value: number) => string;
  min: number | undefined;
  max: number | undefined;
  widthPx: number;
  heightPx: number;
  syncKey: string | undefined;
  spanSec: () => readonly [fromSec: number, toSec: number] | undefined;
  /** Reads a CSS variable where the chart is. */
  color: (name: string) => string;
}

/** uPlot options in our colours. Series differ by dash as well as by colour. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const axisFont = `11px ${look.color('--font-sans')}`;
  const axis = {
    stroke: look.color('--text-dim'),
    font: axisFont,
    grid: { stroke: look.color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: look.widthPx,
    height: look.heightPx,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
      ...(look.syncKey ? { sync: { key: look.syncKey, setSeries: false } } : {}),
    },
    scales: {
      x: { time: true, range: (_chart, from, to) => [...(look.spanSec() ?? [from, to])] as [number, number] },
      y: {
        range: (_chart, low, high) => {
          const from = look.min ?? Math.min(0, low ?? 0);
          const to = look.max ?? Math.max(from + 1, (high ?? 1) * 1.1);
          return [from, to];
        },
      },
    },
    axes: [
      { ...axis, size: 24, space: 72, values: axisTimes },
      { ...axis, size: 52, space: 28, values: (_chart, ticks) => ticks.map((tick) => look.format(tick)) },
    ],
    series: [
      {},
      ...look.labels.map((label, index) => ({
        label,
        stroke: look.color(STROKES[index % STROKES.length] ?? '--running'),
        width: 1.5,
        dash: DASHES[index % DASHES.length],
        spanGaps: false,
        // A value between two gaps has no line: it is drawn as a point.
        points: { show: true, size: 4, filter: isolatedPoints },
      })),
    ],
  };
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function axisTimes(_chart: uPlot, ticksSec: number[]): string[] {
  const spanSec = (ticksSec.at(-1) ?? 0) - (ticksSec[0] ?? 0);
  const format = spanSec > 36 * 3600 ? day : clock;
  return ticksSec.map((tickSec) => format.format(new Date(tickSec * 1000)));
}

/** Indices of the values that have no neighbour to be joined with. */
export function isolatedPoints(chart: Pick<uPlot, 'data'>, seriesIndex: number): number[] {
  const values = chart.data[seriesIndex] ?? [];
  const known = (index: number): boolean => values[index] !== null && values[index] !== undefined;
  return [...values.keys()].filter((index) => known(index) && !known(index - 1) && !known(index + 1));
}
