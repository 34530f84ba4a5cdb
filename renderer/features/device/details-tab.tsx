import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import type { Device } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { formatMac } from '../../../contract/model/mac.ts';
import { useMetrics } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LabelList } from '../../ui/label-pill.tsx';
import { Mono } from '../../ui/mono.tsx';
import { FactList, Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ClockControl } from './clock-control.tsx';
import classes from './device.module.css';
import { PowerControls } from './power-controls.tsx';
import { ServiceControl } from './service-control.tsx';

/** Everything that is known of the device, and the controls that change it. */
export function DetailsTab(props: { device: Device }) {
  const { device } = props;
  const { openEdit } = useSheets();
  return (
    <div className={classes.details}>
      <div>
        <Section
          title="On record"
          actions={
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconPencil size={12} />}
              onClick={() => openEdit({ siteId: device.siteId, macs: [device.mac] })}
            >
              Edit
            </Button>
          }
        >
          <FactList facts={recordFacts(device)} />
        </Section>
        <Section title="Inventory" hint="What the device says of itself, signed with its key.">
          <FactList facts={inventoryFacts(device)} />
        </Section>
      </div>
      <div>
        <ServiceControl device={device} />
        <ClockControl device={device} />
        <PowerControls device={device} />
        <AgentFacts device={device} />
      </div>
    </div>
  );
}

type Facts = (readonly [string, ReactNode])[];

function recordFacts(device: Device): Facts {
  return [
    ['Name', device.name],
    [
      'Tags',
      device.tags.length > 0 ? <LabelList key="tags" labels={device.tags} wrap /> : <None key="tags" />,
    ],
    [
      'Groups',
      device.groups.length > 0 ? (
        <LabelList key="groups" labels={device.groups} wrap />
      ) : (
        <None key="groups" />
      ),
    ],
    [
      'Note',
      device.note ? (
        <span key="note" className={classes.noteText}>
          {device.note}
        </span>
      ) : (
        <None key="note" />
      ),
    ],
    ['Linked', device.linkedAt ? <RelativeTime key="linked" at={device.linkedAt} /> : 'not linked'],
    ['Last heard', <RelativeTime key="heard" at={device.lastHeard} none="never" />],
  ];
}

function inventoryFacts(device: Device): Facts {
  const { publicKey } = device;
  return [
    ['MAC', <Copied key="mac" text={device.mac} shown={formatMac(device.mac)} />],
    ['Host name', <Copied key="host" text={device.hostName} />],
    ['Model', <Copied key="model" text={device.model} plain />],
    ['Serial number', <Copied key="serial" text={device.serial} />],
    ['Operating system', <Copied key="os" text={device.os} plain />],
    ['Kernel', <Copied key="kernel" text={device.kernel} />],
    ['Architecture', <Copied key="arch" text={device.arch} />],
    ['Addresses', <Addresses key="addresses" device={device} />],
    ['Agent', <Copied key="agent" text={device.agentVersion} />],
    ['Firmware', <Copied key="firmware" text={device.firmwareVersion} />],
    [
      'Device key',
      <Copied key="key" text={publicKey} shown={publicKey ? keyFingerprint(publicKey) : undefined} />,
    ],
    [
      'Offers',
      device.capabilities.length > 0 ? (
        <LabelList key="offers" labels={device.capabilities} wrap />
      ) : (
        <Unknown key="offers" />
      ),
    ],
  ];
}

function AgentFacts(props: { device: Device }) {
  const metrics = useMetrics(props.device.siteId, props.device.mac);
  return (
    <Section title="Agent">
      <FactList
        facts={[
          [
            'Memory',
            metrics?.agentMemoryBytes === undefined ? (
              <Unknown key="memory" />
            ) : (
              formatBytes(metrics.agentMemoryBytes)
            ),
          ],
          [
            'Boot',
            props.device.bootId ? (
              <Mono key="boot">{props.device.bootId.slice(0, 8)}</Mono>
            ) : (
              <Unknown key="boot" />
            ),
          ],
        ]}
      />
    </Section>
  );
}

function Addresses(props: { device: Device }) {
  const { addresses } = props.device;
  if (addresses.length === 0) return <Unknown />;
  return (
    <ul className={classes.plainList}>
      {addresses.map((entry) => (
        <li key={`${entry.interface} ${entry.address}`} className={classes.copied}>
          <Mono>{entry.address}</Mono>
          <span className={classes.hint}>{entry.interface}</span>
          <CopyButton text={entry.address} label={`Copy ${entry.address}`} />
        </li>
      ))}
    </ul>
  );
}

function Copied(props: { text: string | null; shown?: string | undefined; plain?: boolean }) {
  const { text, shown } = props;
  if (text === null || text === '') return <Unknown />;
  return (
    <span className={classes.copied}>
      {props.plain ? <span>{shown ?? text}</span> : <Mono>{shown ?? text}</Mono>}
      <CopyButton text={text} />
    </span>
  );
}

function Unknown() {
  return <span className={classes.hint}>unknown</span>;
}

function None() {
  return <span className={classes.hint}>none</span>;
}
