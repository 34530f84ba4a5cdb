import { type Metrics, memoryPercent, worstDiskPercent } from '../../../contract/model/metrics.ts';
import { useDevice, useLastHeard, useMetrics } from '../../state/hooks.ts';
import { clockTime, RelativeTime } from '../../ui/relative-time.tsx';
import classes from './devices.module.css';

export type MetricKind = 'cpu' | 'memory' | 'disk' | 'temperature';

/** From where on a value is worth a look. */
const HIGH: Record<MetricKind, number> = { cpu: 95, memory: 92, disk: 90, temperature: 80 };

/** A measured value in the unit of its column, or undefined. */
export function metricValue(metrics: Metrics | null, kind: MetricKind): number | undefined {
  if (!metrics) return undefined;
  switch (kind) {
    case 'cpu':
      return metrics.cpuPercent;
    case 'memory':
      return memoryPercent(metrics);
    case 'disk':
      return worstDiskPercent(metrics);
    case 'temperature':
      return metrics.temperatureC;
  }
}

/** A value that changes in place while its row rests. Values of a device that is not online are old and not shown as current. */
export function MetricCell(props: { siteId: string; mac: string; kind: MetricKind }) {
  const { siteId, mac, kind } = props;
  const metrics = useMetrics(siteId, mac);
  const online = useDevice(siteId, mac)?.online ?? false;
  const value = metricValue(metrics, kind);
  if (value === undefined) {
    return (
      <span
        className={classes.none}
        title={metrics ? 'This device does not report it.' : 'Nothing was measured yet.'}
      >
        –
      </span>
    );
  }
  const text = String(Math.round(value));
  if (!online) {
    return (
      <span className={classes.none} title={`Last measured: ${text}, at ${clockTime(metrics?.at ?? '')}`}>
        –
      </span>
    );
  }
  const high = value >= HIGH[kind];
  return (
    <span className={classes.metric} data-high={high || undefined} title={high ? 'High' : undefined}>
      {high && (
        <span className={classes.high} aria-hidden="true">
          ▲{' '}
        </span>
      )}
      {text}
    </span>
  );
}

/** When the device was heard last, live. */
export function LastHeardCell(props: { siteId: string; mac: string }) {
  return <RelativeTime at={useLastHeard(props.siteId, props.mac)} none="never" />;
}
