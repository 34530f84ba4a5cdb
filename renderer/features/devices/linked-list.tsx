import { Button } from '@mantine/core';
import { IconCpu, IconSearchOff } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useMetricsReader } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { useNow } from '../../ui/ticker.ts';
import { BulkActions } from './bulk-actions.tsx';
import { deviceColumns } from './device-columns.tsx';
import classes from './devices.module.css';
import { SelectionBar } from './selection-bar.tsx';

/** The linked devices as a table, with what can be done with the selected ones. */
export function LinkedList(props: {
  siteId: string;
  /** All linked devices of the site. */
  devices: readonly Device[];
  /** Those that fit the filter. */
  listed: readonly Device[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onClearFilter: () => void;
  discoveredCount: number;
}) {
  const { siteId, devices, listed, selected, onSelect } = props;
  const navigate = useNavigate();
  const { openEdit, openUnlink } = useSheets();
  const readMetrics = useMetricsReader();
  const columns = useMemo(() => deviceColumns(readMetrics), [readMetrics]);
  // Values change without the devices: a new list every few seconds lets an order by CPU follow, while rows rest.
  const tick = useNow((nowMs) => Math.floor(nowMs / 5_000));
  const rows = useMemo(() => (tick > 0 ? [...listed] : listed), [listed, tick]);

  const chosen = useMemo(() => devices.filter(({ mac }) => selected.has(mac)), [devices, selected]);
  const listedMacs = useMemo(() => new Set(listed.map(({ mac }) => mac)), [listed]);
  const hiddenCount = chosen.filter(({ mac }) => !listedMacs.has(mac)).length;
  const macs = chosen.map(({ mac }) => mac);

  return (
    <>
      <DataTable
        id="devices"
        label="Linked devices"
        rows={rows}
        rowKey={macOf}
        columns={columns}
        defaultSort={{ id: 'name', desc: false }}
        selected={selected}
        onSelect={onSelect}
        onOpen={(device) => navigate(`/devices/${device.mac}`)}
        empty={<NoDevices {...props} />}
      />
      <SelectionBar
        count={chosen.length}
        hiddenCount={hiddenCount}
        listedCount={listed.length}
        onSelectListed={() => onSelect(new Set([...selected, ...listedMacs]))}
        onClear={() => onSelect(new Set())}
      >
        <BulkActions
          siteId={siteId}
          devices={chosen}
          onLabels={(part) => openEdit({ siteId, macs, part })}
          onUnlink={() => openUnlink({ siteId, macs })}
        />
      </SelectionBar>
    </>
  );
}

function macOf(device: Device): string {
  return device.mac;
}

function NoDevices(props: {
  siteId: string;
  devices: readonly Device[];
  discoveredCount: number;
  onClearFilter: () => void;
}): ReactNode {
  const { openLink, openEnrol } = useSheets();
  const navigate = useNavigate();
  const { siteId, devices, discoveredCount } = props;
  if (devices.length > 0) {
    return (
      <EmptyState
        icon={<IconSearchOff />}
        sentence={`None of the ${devices.length} linked devices fits the search and the filters.`}
        action={<Button onClick={props.onClearFilter}>Clear filters</Button>}
      />
    );
  }
  if (discoveredCount > 0) {
    return (
      <EmptyState
        icon={<IconCpu />}
        sentence={
          discoveredCount === 1
            ? 'No device is linked yet. One has announced itself: link it, then it can be commanded.'
            : `No device is linked yet. ${discoveredCount} have announced themselves: link them, then they can be commanded.`
        }
        action={<Button onClick={() => navigate('/devices?view=discovered')}>Show discovered devices</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<IconCpu />}
      sentence={
        <>
          This site has no devices yet. Put the agent on one and it appears here by itself. Or{' '}
          <button
            type="button"
            className={classes.textButton}
            data-inline
            onClick={() => openLink({ siteId })}
          >
            link its MAC address
          </button>{' '}
          now, before it comes.
        </>
      }
      action={<Button onClick={() => openEnrol({ siteId })}>Add devices</Button>}
    />
  );
}
