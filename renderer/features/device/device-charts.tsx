import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import type { Device } from '../../../contract/model/device.ts';
import { MetricsRange } from '../../../contract/model/metrics.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/ticker.ts';
import { TimeChart } from '../../ui/time-chart.tsx';
import classes from './device.module.css';
import { chartColumns, hasValues, type MetricsKey, RANGE_MS } from './metrics-history.ts';
import overviewClasses from './overview.module.css';
import { useDeviceHistory } from './use-device-history.ts';

interface ChartSpec {
  readonly title: string;
  readonly series: readonly (readonly [key: MetricsKey, label: string])[];
  readonly max?: number;
  readonly format: (value: number) => string;
}

const percent = (value: number): string => `${Math.round(value)} %`;

const CHARTS: readonly ChartSpec[] = [
  { title: 'CPU', series: [['cpuPercent', 'busy']], max: 100, format: percent },
  { title: 'Memory', series: [['memoryPercent', 'used']], max: 100, format: percent },
  {
    title: 'Temperature',
    series: [['temperatureC', 'processor']],
    format: (value) => `${Math.round(value)} °C`,
  },
  { title: 'Fullest disk', series: [['diskPercent', 'used']], max: 100, format: percent },
  {
    title: 'Network',
    series: [
      ['receivedBytesPerSec', 'received'],
      ['sentBytesPerSec', 'sent'],
    ],
    format: (value) => `${formatBytes(value)}/s`,
  },
  { title: 'Load', series: [['load1', '1 min']], format: (value) => value.toFixed(2) },
];

const RANGES: readonly { value: MetricsRange; label: string }[] = [
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
  { value: '30d', label: '30 days' },
];

/** The device's measurements over time; all charts share one cursor. */
export function DeviceCharts(props: { device: Device }) {
  const { siteId, mac } = props.device;
  const [range, setRange] = useState<MetricsRange>('1h');
  const { points, loading, error } = useDeviceHistory(siteId, mac, range);
  // The right edge is now, so that silence shows as room to the right; every 15 s is as often as values come.
  const nowSec = useNow((nowMs) => Math.floor(nowMs / 15_000) * 15);
  const spanSec = useMemo(() => [nowSec - RANGE_MS[range] / 1000, nowSec + 15] as const, [nowSec, range]);
  const reported = CHARTS.filter((chart) =>
    hasValues(
      points,
      chart.series.map(([key]) => key),
    ),
  );
  const missing = CHARTS.filter((chart) => !reported.includes(chart)).map((chart) =>
    chart.title.toLowerCase(),
  );

  return (
    <Section
      title="History"
      actions={
        <SegmentedControl
          aria-label="How far back"
          value={range}
          data={[...RANGES]}
          onChange={(value) => setRange(MetricsRange.parse(value))}
        />
      }
    >
      <ErrorNote error={error} what="The history cannot be shown." />
      {(loading || reported.length > 0) && (
        <div className={overviewClasses.charts} aria-busy={loading}>
          {reported.map((chart) => (
            <Chart key={chart.title} chart={chart} points={points} spanSec={spanSec} syncKey={mac} />
          ))}
        </div>
      )}
      {!loading && !error && missing.length > 0 && (
        <p className={classes.hint}>
          {reported.length === 0
            ? 'Nothing was measured in this time.'
            : `Not reported by this device in this time: ${missing.join(', ')}.`}
        </p>
      )}
    </Section>
  );
}

function Chart(props: {
  chart: ChartSpec;
  points: Parameters<typeof chartColumns>[0];
  spanSec: readonly [number, number];
  syncKey: string;
}) {
  const { chart, points, spanSec, syncKey } = props;
  const { timesSec, values } = useMemo(
    () =>
      chartColumns(
        points,
        chart.series.map(([key]) => key),
      ),
    [points, chart],
  );
  const series = useMemo(
    () => chart.series.map(([, label], index) => ({ label, values: values[index] ?? [] })),
    [chart, values],
  );
  return (
    <TimeChart
      title={chart.title}
      timesSec={timesSec}
      series={series}
      format={chart.format}
      min={0}
      {...(chart.max === undefined ? {} : { max: chart.max })}
      heightPx={130}
      syncKey={syncKey}
      spanSec={spanSec}
    />
  );
}
