import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLink, IconRadar2, IconSearchOff, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useSheets } from '../../state/sheets.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useNavigate } from '../../ui/router.tsx';
import classes from './devices.module.css';
import { discoveredColumns } from './discovered-columns.tsx';
import { SelectionBar } from './selection-bar.tsx';

/** Devices that have announced themselves and are not linked: link or forget them. */
export function DiscoveredList(props: {
  siteId: string;
  devices: readonly Device[];
  listed: readonly Device[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onClearFilter: () => void;
}) {
  const { siteId, devices, listed, selected, onSelect } = props;
  const navigate = useNavigate();
  const { openLink, openEnrol } = useSheets();
  const { run, error, clearError } = useCall();

  const link = useCallback(
    async (device: Device) => {
      const output = await run('devices.link', { siteId, macs: [device.mac] });
      const linked = output?.results[0]?.device;
      if (linked) notifications.show({ message: `Linked ${linked.name || linked.mac}.` });
    },
    [run, siteId],
  );
  const forget = useCallback(
    async (macs: string[]) => {
      const output = await run('devices.forget', { siteId, macs });
      if (!output) return;
      const what = output.macs.length === 1 ? (output.macs[0] ?? '') : `${output.macs.length} devices`;
      notifications.show({
        message: `Forgot ${what}. A device that announces itself again is listed again.`,
      });
    },
    [run, siteId],
  );
  const columns = useMemo(
    () =>
      discoveredColumns({
        onLink: (device) => void link(device),
        onForget: (device) => void forget([device.mac]),
      }),
    [link, forget],
  );
  const chosen = useMemo(() => devices.filter(({ mac }) => selected.has(mac)), [devices, selected]);
  const listedMacs = useMemo(() => new Set(listed.map(({ mac }) => mac)), [listed]);
  const macs = chosen.map(({ mac }) => mac);

  return (
    <>
      {error && (
        <div className={classes.note}>
          <ErrorNote error={error} onDismiss={clearError} />
        </div>
      )}
      <DataTable
        id="devices.discovered"
        label="Discovered devices"
        rows={listed}
        rowKey={macOf}
        columns={columns}
        selected={selected}
        onSelect={onSelect}
        onOpen={(device) => navigate(`/devices/${device.mac}`)}
        empty={
          devices.length > 0 ? (
            <EmptyState
              icon={<IconSearchOff />}
              sentence="No discovered device fits the search and the filters."
              action={<Button onClick={props.onClearFilter}>Clear filters</Button>}
            />
          ) : (
            <EmptyState
              icon={<IconRadar2 />}
              sentence="Nothing waits to be linked. A device with the agent of this site appears here by itself when it comes online."
              action={<Button onClick={() => openEnrol({ siteId })}>Add devices</Button>}
            />
          )
        }
      />
      <SelectionBar
        count={chosen.length}
        hiddenCount={chosen.filter(({ mac }) => !listedMacs.has(mac)).length}
        listedCount={listed.length}
        onSelectListed={() => onSelect(new Set([...selected, ...listedMacs]))}
        onClear={() => onSelect(new Set())}
      >
        <Button
          variant="default"
          leftSection={<IconLink size={14} />}
          onClick={() => openLink({ siteId, macs })}
        >
          Link {macs.length} …
        </Button>
        <Button
          variant="default"
          leftSection={<IconTrash size={14} />}
          onClick={() => {
            void forget(macs);
            onSelect(new Set());
          }}
        >
          Forget {macs.length}
        </Button>
      </SelectionBar>
    </>
  );
}

function macOf(device: Device): string {
  return device.mac;
}
