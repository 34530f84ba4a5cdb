import type { Device } from '../../../contract/model/device.ts';
import type { Metrics } from '../../../contract/model/metrics.ts';
import { deviceTitle, mainAddress, shortModel } from '../../state/device-words.ts';
import { LabelList } from '../../ui/label-pill.tsx';
import { Mono } from '../../ui/mono.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { NameCell, StatusCell } from './device-cells.tsx';
import { LastHeardCell, MetricCell, type MetricKind, metricValue } from './metric-cells.tsx';

type ReadMetrics = (siteId: string, mac: string) => Metrics | null;

const STATE_RANK: Record<Device['state'], number> = { online: 0, offline: 1, unknown: 2, 'never-seen': 3 };

/** Columns of the linked devices. `readMetrics` is for sorting only: the cells listen by themselves. */
export function deviceColumns(readMetrics: ReadMetrics): DataColumn<Device>[] {
  const metric = (kind: MetricKind, header: string, hint: string): DataColumn<Device> => ({
    id: kind,
    header,
    hint,
    widthPx: 70,
    align: 'right',
    cell: (device) => <MetricCell siteId={device.siteId} mac={device.mac} kind={kind} />,
    value: (device) => (device.online ? metricValue(readMetrics(device.siteId, device.mac), kind) : null),
  });
  return [
    {
      id: 'status',
      header: 'Status',
      hint: 'Online means: it says so, and it was heard on this connection.',
      widthPx: 126,
      always: true,
      cell: (device) => <StatusCell device={device} />,
      value: (device) => STATE_RANK[device.state],
    },
    {
      id: 'name',
      header: 'Name',
      widthPx: 148,
      grow: true,
      always: true,
      cell: (device) => <NameCell device={device} />,
      value: deviceTitle,
    },
    macColumn(),
    {
      id: 'model',
      header: 'Model',
      widthPx: 84,
      cell: (device) =>
        device.model ? <span title={device.model}>{shortModel(device.model)}</span> : <Unknown />,
      value: (device) => device.model,
    },
    {
      id: 'agent',
      header: 'Agent',
      hint: 'Version of the Muster agent on the device.',
      widthPx: 66,
      cell: (device) => (device.agentVersion ? <Mono>{device.agentVersion}</Mono> : <Unknown />),
      value: (device) => device.agentVersion,
    },
    metric('cpu', 'CPU %', 'Share of all processor cores that is busy.'),
    metric('memory', 'Mem. %', 'Memory in use, without caches.'),
    metric('disk', 'Disk %', 'The fullest disk.'),
    metric('temperature', 'Temp. °C', 'Temperature of the processor.'),
    {
      id: 'tags',
      header: 'Tags',
      widthPx: 112,
      cell: (device) => <LabelList labels={device.tags} limit={2} />,
      value: (device) => (device.tags.length > 0 ? device.tags.join(', ') : null),
    },
    {
      id: 'groups',
      header: 'Groups',
      widthPx: 120,
      hiddenByDefault: true,
      cell: (device) => <LabelList labels={device.groups} limit={2} />,
      value: (device) => (device.groups.length > 0 ? device.groups.join(', ') : null),
    },
    addressColumn(),
    {
      id: 'os',
      header: 'OS',
      widthPx: 190,
      hiddenByDefault: true,
      cell: (device) => device.os ?? <Unknown />,
      value: (device) => device.os,
    },
    lastHeardColumn(),
  ];
}

/** A fact that nobody knows yet. */
export function Unknown() {
  return <span title="Unknown: the device has not told yet.">–</span>;
}

export function macColumn(): DataColumn<Device> {
  return {
    id: 'mac',
    header: 'MAC',
    hint: 'The device’s identity for people.',
    widthPx: 114,
    cell: (device) => <Mono>{device.mac}</Mono>,
    value: (device) => device.mac,
  };
}

export function addressColumn(): DataColumn<Device> {
  return {
    id: 'address',
    header: 'Address',
    widthPx: 120,
    cell: (device) => {
      const address = mainAddress(device);
      return address ? <Mono>{address}</Mono> : <Unknown />;
    },
    value: mainAddress,
  };
}

export function lastHeardColumn(): DataColumn<Device> {
  return {
    id: 'heard',
    header: 'Last heard',
    widthPx: 90,
    align: 'right',
    cell: (device) => <LastHeardCell siteId={device.siteId} mac={device.mac} />,
    value: (device) => device.lastHeard,
  };
}
