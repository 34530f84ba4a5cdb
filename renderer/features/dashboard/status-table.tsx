import { useMemo } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { deviceStatus } from '../../state/device-words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { DemoBadge } from '../../ui/demo-badge.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import classes from './dashboard.module.css';

/** Every linked device with its state and since when: as the old system showed it, but true. */
export function StatusTable(props: { devices: readonly Device[] }) {
  const navigate = useNavigate();
  const linked = useMemo(() => props.devices.filter((device) => device.linked), [props.devices]);
  return (
    <div className={classes.statusTable} style={{ height: linked.length * 36 + 33 }}>
      <DataTable
        id="dashboard-status"
        label="Status of the devices"
        rows={linked}
        rowKey={macOf}
        columns={COLUMNS}
        defaultSort={{ id: 'name', desc: false }}
        onOpen={(device) => navigate(`/devices/${device.mac}`)}
      />
    </div>
  );
}

function macOf(device: Device): string {
  return device.mac;
}

const COLUMNS: readonly DataColumn<Device>[] = [
  {
    id: 'name',
    header: 'Name',
    widthPx: 150,
    grow: true,
    always: true,
    value: (device) => device.name || device.mac,
    cell: (device) => (
      <span className={classes.nameCell}>
        <span className={classes.name}>{device.name || '–'}</span>
        {device.demo && <DemoBadge />}
      </span>
    ),
  },
  {
    id: 'mac',
    header: 'MAC',
    widthPx: 140,
    value: (device) => device.mac,
    cell: (device) => <Mono>{device.mac}</Mono>,
  },
  {
    id: 'status',
    header: 'Status',
    hint: 'Online: its agent holds a session at the broker now.',
    widthPx: 116,
    value: (device) => device.state,
    cell: (device) => {
      const { kind, word, explanation } = deviceStatus(device);
      return <StatusMark kind={kind} label={word} title={explanation} />;
    },
  },
  {
    id: 'since',
    header: 'Since',
    hint: 'For how long this state holds.',
    widthPx: 88,
    align: 'right',
    value: (device) => device.since,
    cell: (device) => <RelativeTime at={device.since} span />,
  },
];
