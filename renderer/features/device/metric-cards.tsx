import { formatBytes } from '../../../contract/lib/bytes.ts';
import { formatDuration } from '../../../contract/lib/time.ts';
import type { Device } from '../../../contract/model/device.ts';
import {
  type DiskUse,
  type Metrics,
  type MetricsPoint,
  memoryPercent,
  worstDiskPercent,
} from '../../../contract/model/metrics.ts';
import { useMetrics } from '../../state/hooks.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { MetricCard } from './metric-card.tsx';
import { chartColumns, type MetricsKey } from './metrics-history.ts';
import overviewClasses from './overview.module.css';
import { powerState } from './power-words.ts';

/** The newest measurements as cards; old ones are shown as old. */
export function MetricCards(props: { device: Device; hour: readonly MetricsPoint[] }) {
  const { device, hour } = props;
  const metrics = useMetrics(device.siteId, device.mac) ?? undefined;
  const history = (key: MetricsKey): (number | null)[] => chartColumns(hour, [key]).values[0] ?? [];
  const memory = metrics && memoryPercent(metrics);
  const disk = metrics && worstDiskPercent(metrics);
  const power = metrics?.throttling && powerState(metrics.throttling);

  return (
    <dl className={overviewClasses.cards} data-old={!device.online || undefined}>
      <MetricCard
        name="CPU"
        value={rounded(metrics?.cpuPercent)}
        unit="%"
        detail={metrics?.load1 === undefined ? '' : `load ${metrics.load1.toFixed(2)}`}
        history={history('cpuPercent')}
        max={100}
        high={(metrics?.cpuPercent ?? 0) >= 95}
      />
      <MetricCard
        name="Memory"
        value={rounded(memory)}
        unit="%"
        detail={pair(metrics?.memoryUsedBytes, metrics?.memoryTotalBytes)}
        history={history('memoryPercent')}
        max={100}
        high={(memory ?? 0) >= 92}
      />
      <MetricCard
        name="Disk"
        value={rounded(disk)}
        unit="%"
        detail={diskDetail(metrics)}
        history={history('diskPercent')}
        max={100}
        high={(disk ?? 0) >= 90}
      />
      <MetricCard
        name="Temperature"
        value={rounded(metrics?.temperatureC)}
        unit="°C"
        history={history('temperatureC')}
        max={100}
        high={(metrics?.temperatureC ?? 0) >= 80}
      />
      <MetricCard
        name="Power"
        value={power && <StatusMark kind={power.kind} label={power.word} />}
        detail={power?.detail}
      />
      <MetricCard
        name="Network"
        value={
          metrics?.receivedBytesPerSec === undefined ? undefined : (
            <span className={overviewClasses.rates}>
              <span title="Received">↓ {formatBytes(metrics.receivedBytesPerSec)}/s</span>
              <span title="Sent">↑ {formatBytes(metrics.sentBytesPerSec ?? 0)}/s</span>
            </span>
          )
        }
      />
      <MetricCard
        name="Up"
        value={
          metrics?.uptimeSec === undefined ? undefined : (
            <span className={overviewClasses.cardText}>{formatDuration(metrics.uptimeSec * 1000)}</span>
          )
        }
        detail={metrics?.uptimeSec === undefined ? '' : `since ${startOf(metrics)}`}
      />
    </dl>
  );
}

function rounded(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value));
}

function pair(used: number | undefined, total: number | undefined): string {
  return used === undefined || total === undefined ? '' : `${formatBytes(used)} of ${formatBytes(total)}`;
}

function diskDetail(metrics: Metrics | undefined): string {
  const share = (disk: DiskUse): number => (disk.totalBytes > 0 ? disk.usedBytes / disk.totalBytes : 0);
  const [fullest] = [...(metrics?.disks ?? [])].sort((a, b) => share(b) - share(a));
  return fullest ? `${fullest.mount}, ${formatBytes(fullest.totalBytes - fullest.usedBytes)} free` : '';
}

const moment = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function startOf(metrics: Metrics): string {
  return moment.format(new Date(Date.parse(metrics.at) - (metrics.uptimeSec ?? 0) * 1000));
}
