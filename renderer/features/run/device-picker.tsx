import { Button, Select } from '@mantine/core';
import { IconDevices } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import type { OperationName } from '../../../contract/model/operation.ts';
import { deviceStatus, deviceTitle } from '../../state/device-words.ts';
import { useDevices } from '../../state/hooks.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { LabelList } from '../../ui/label-pill.tsx';
import { Mono } from '../../ui/mono.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import {
  type DeviceQuery,
  EVERY_DEVICE,
  filterDevices,
  labelCounts,
  reasonAgainst,
} from './device-choice.ts';
import classes from './run.module.css';

/** Which devices: searched, by label, or all; those that cannot take part are grey and say why. */
export function DevicePicker(props: {
  siteId: string;
  op: OperationName;
  chosen: ReadonlySet<string>;
  onChoose: (macs: ReadonlySet<string>) => void;
}) {
  const { siteId, op, chosen, onChoose } = props;
  const all = useDevices(siteId);
  const [query, setQuery] = useState<DeviceQuery>(EVERY_DEVICE);
  const linked = useMemo(
    () => all.filter((device) => device.linked || chosen.has(device.mac)),
    [all, chosen],
  );
  const listed = useMemo(() => filterDevices(linked, query), [linked, query]);
  const columns = useMemo(() => columnsFor(op), [op]);
  const suitable = (devices: readonly Device[]): readonly Device[] =>
    devices.filter((device) => reasonAgainst(device, op) === undefined);
  const macsOf = (devices: readonly Device[]): string[] => devices.map(({ mac }) => mac);
  const fits = suitable(listed);
  const filtered = listed.length !== linked.length;

  /** A device that cannot take part is not chosen, however it was clicked. */
  const choose = (macs: ReadonlySet<string>): void => {
    const byMac = new Map(linked.map((device) => [device.mac, device]));
    const able = [...macs].filter((mac) => {
      const device = byMac.get(mac);
      return device === undefined || chosen.has(mac) || reasonAgainst(device, op) === undefined;
    });
    onChoose(new Set(able));
  };

  const chooseAllWords = (): string => {
    if (fits.length === 0 && listed.length > 0) return 'None of these can';
    if (fits.length < listed.length) return `Choose the ${fits.length} that can`;
    return filtered ? `Choose all ${fits.length} shown` : `Choose all ${fits.length} linked`;
  };

  return (
    <div className={classes.picker}>
      <div className={classes.pickerFilters}>
        <FilterField
          value={query.text}
          onChange={(text) => setQuery({ ...query, text })}
          placeholder="Name, MAC, address, label"
          widthPx={210}
        />
        <LabelSelect
          label="Tag"
          options={labelCounts(all, 'tags')}
          value={query.tag}
          onChange={(tag) => setQuery({ ...query, tag })}
        />
        <LabelSelect
          label="Group"
          options={labelCounts(all, 'groups')}
          value={query.group}
          onChange={(group) => setQuery({ ...query, group })}
        />
        <Select
          aria-label="State"
          w={118}
          allowDeselect={false}
          data={[
            { value: 'any', label: 'Any state' },
            { value: 'online', label: 'Online' },
            { value: 'offline', label: 'Not online' },
          ]}
          value={query.state}
          onChange={(value) =>
            setQuery({ ...query, state: value === 'online' || value === 'offline' ? value : 'any' })
          }
        />
      </div>
      <div className={classes.pickerActions}>
        <Button
          variant="default"
          size="compact-xs"
          disabled={fits.length === 0}
          onClick={() => onChoose(new Set([...chosen, ...macsOf(fits)]))}
        >
          {chooseAllWords()}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={chosen.size === 0}
          onClick={() => onChoose(new Set())}
        >
          Choose none
        </Button>
        <span className={classes.pickerCount} aria-live="polite">
          {chosen.size} chosen
        </span>
      </div>
      <div className={classes.pickerTable}>
        <DataTable
          id="run-devices"
          label="Devices to choose"
          rows={listed}
          rowKey={deviceMac}
          columns={columns}
          selected={chosen}
          onSelect={choose}
          empty={
            <EmptyState
              compact
              icon={<IconDevices />}
              sentence={
                linked.length === 0
                  ? 'This site has no linked device yet. Link one under Devices first.'
                  : 'No device matches.'
              }
            />
          }
        />
      </div>
    </div>
  );
}

function deviceMac(device: Device): string {
  return device.mac;
}

function columnsFor(op: OperationName): readonly DataColumn<Device>[] {
  return [
    {
      id: 'state',
      header: 'State',
      widthPx: 112,
      always: true,
      value: (device) => device.state,
      cell: (device) => {
        const status = deviceStatus(device);
        return <StatusMark kind={status.kind} label={status.word} title={status.explanation} />;
      },
    },
    {
      id: 'name',
      header: 'Name',
      widthPx: 124,
      always: true,
      value: (device) => deviceTitle(device),
      cell: (device) => (
        <span
          className={classes.deviceName}
          data-unfit={reasonAgainst(device, op) !== undefined || undefined}
        >
          {deviceTitle(device)}
        </span>
      ),
    },
    {
      id: 'mac',
      header: 'MAC',
      widthPx: 116,
      hiddenByDefault: true,
      value: (device) => device.mac,
      cell: (device) => <Mono dim>{device.mac}</Mono>,
    },
    {
      id: 'labels',
      header: 'Labels, or why not',
      widthPx: 150,
      grow: true,
      cell: (device) => {
        const reason = reasonAgainst(device, op);
        if (reason) {
          return (
            <span className={classes.reason} title={reason}>
              {reason}
            </span>
          );
        }
        return <LabelList labels={[...device.groups, ...device.tags]} limit={2} />;
      },
    },
  ];
}

function LabelSelect(props: {
  label: string;
  options: readonly { label: string; count: number }[];
  value: string | null;
  onChange: (value: string | null) => void;
}) {
  if (props.options.length === 0) return null;
  return (
    <Select
      aria-label={props.label}
      placeholder={`Any ${props.label.toLowerCase()}`}
      w={118}
      clearable
      searchable={props.options.length > 10}
      data={props.options.map(({ label, count }) => ({ value: label, label: `${label} (${count})` }))}
      value={props.value}
      onChange={props.onChange}
    />
  );
}
