import { Table, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { chartOptions } from './chart-options.ts';
import classes from './time-chart.module.css';

export interface ChartSeries {
  label: string;
  /** One value per time; null is a gap and stays one. */
  values: readonly (number | null)[];
}

export interface TimeChartProps {
  /** Name, with the unit: “CPU, %”. */
  title: string;
  /** Unix times in seconds, ascending. */
  timesSec: readonly number[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  min?: number;
  max?: number;
  heightPx?: number;
  /** Charts with the same key share one cursor. */
  syncKey?: string;
  /** The span that the axis shows, in seconds, even where nothing was measured. */
  spanSec?: readonly [fromSec: number, toSec: number];
}

/** Measurements over time. The same values can be read as a table. */
export function TimeChart(props: TimeChartProps) {
  const hostRef = useRef<HTMLDivElement>(null);
  const chartRef = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const [asTable, setAsTable] = useState(false);
  const { title, series, syncKey, min, max, heightPx = 140, format } = props;
  const labels = series.map((item) => item.label).join('\n');
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const host = hostRef.current;
    if (!host || asTable) return;
    const chart = new uPlot(
      chartOptions({
        labels: labels.split('\n'),
        format: (value) => latest.current.format(value),
        min,
        max,
        heightPx,
        widthPx: host.clientWidth || 300,
        syncKey,
        spanSec: () => latest.current.spanSec,
        color: (name) =>
          getComputedStyle(host).getPropertyValue(name) || (scheme === 'dark' ? '#fff' : '#000'),
      }),
      dataOf(latest.current),
      host,
    );
    chartRef.current = chart;
    const observer = new ResizeObserver(() => {
      if (host.clientWidth > 0) chart.setSize({ width: host.clientWidth, height: heightPx });
    });
    observer.observe(host);
    return () => {
      observer.disconnect();
      chart.destroy();
      chartRef.current = undefined;
    };
  }, [labels, scheme, syncKey, min, max, heightPx, asTable]);

  useEffect(() => {
    chartRef.current?.setData(dataOf(props));
  }, [props]);

  const newest = series.map((item) => `${item.label} ${lastText(item.values, format)}`).join(', ');
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.head}>
        <span className={classes.title}>{title}</span>
        <span className={classes.newest}>{newest}</span>
        <button type="button" className={classes.toggle} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      {asTable ? (
        <div className={classes.table} style={{ height: heightPx }}>
          <ChartTable {...props} />
        </div>
      ) : (
        <div
          ref={hostRef}
          role="img"
          aria-label={`${title}. Newest: ${newest}.`}
          style={{ height: heightPx }}
        />
      )}
    </figure>
  );
}

function ChartTable(props: TimeChartProps) {
  const rows = props.timesSec.map((timeSec, index) => ({ timeSec, index })).reverse();
  return (
    <Table fz="xs" verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Time</Table.Th>
          {props.series.map((item) => (
            <Table.Th key={item.label} ta="right">
              {item.label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(0, 500).map(({ timeSec, index }) => (
          <Table.Tr key={timeSec}>
            <Table.Td>{new Date(timeSec * 1000).toLocaleString()}</Table.Td>
            {props.series.map((item) => (
              <Table.Td key={item.label} ta="right">
                {lastText([item.values[index] ?? null], props.format)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function dataOf(props: TimeChartProps): uPlot.AlignedData {
  return [[...props.timesSec], ...props.series.map((item) => [...item.values])];
}

function lastText(values: readonly (number | null)[], format: (value: number) => string): string {
  const value = values.at(-1);
  return value === null || value === undefined ? 'unknown' : format(value);
}
