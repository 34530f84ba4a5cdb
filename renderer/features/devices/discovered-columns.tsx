import { Button } from '@mantine/core';
import type { Device } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { shortModel } from '../../state/device-words.ts';
import { Mono } from '../../ui/mono.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { NameCell, StatusCell } from './device-cells.tsx';
import { addressColumn, lastHeardColumn, macColumn, Unknown } from './device-columns.tsx';
import classes from './devices.module.css';

/** Columns of devices that announced themselves and are not linked. */
export function discoveredColumns(actions: {
  onLink: (device: Device) => void;
  onForget: (device: Device) => void;
}): DataColumn<Device>[] {
  return [
    {
      id: 'status',
      header: 'Status',
      widthPx: 130,
      always: true,
      cell: (device) => <StatusCell device={device} />,
      value: (device) => device.state,
    },
    { ...macColumn(), always: true },
    {
      id: 'host',
      header: 'Host name',
      hint: 'What the device calls itself.',
      widthPx: 160,
      grow: true,
      cell: (device) => <NameCell device={{ ...device, name: device.hostName ?? device.name }} />,
      value: (device) => device.hostName ?? device.name,
    },
    {
      id: 'model',
      header: 'Model',
      widthPx: 110,
      cell: (device) =>
        device.model ? <span title={device.model}>{shortModel(device.model)}</span> : <Unknown />,
      value: (device) => device.model,
    },
    addressColumn(),
    {
      id: 'key',
      header: 'Key',
      hint: 'Start of the device’s public key: compare it with what “muster-agent status” prints on the device.',
      widthPx: 168,
      cell: (device) => (device.publicKey ? <Mono>{keyFingerprint(device.publicKey)}</Mono> : <Unknown />),
    },
    {
      id: 'agent',
      header: 'Agent',
      widthPx: 76,
      hiddenByDefault: true,
      cell: (device) => (device.agentVersion ? <Mono>{device.agentVersion}</Mono> : <Unknown />),
      value: (device) => device.agentVersion,
    },
    lastHeardColumn(),
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 142,
      always: true,
      align: 'right',
      cell: (device) => (
        <span className={classes.rowActions}>
          <Button size="compact-xs" variant="default" tabIndex={-1} onClick={() => actions.onLink(device)}>
            Link
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            tabIndex={-1}
            onClick={() => actions.onForget(device)}
          >
            Forget
          </Button>
        </span>
      ),
    },
  ];
}
