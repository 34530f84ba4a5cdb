import { Button } from '@mantine/core';
import { IconPlayerPlay, IconPlugConnectedX, IconSettings, IconStethoscope } from '@tabler/icons-react';
import { useState } from 'react';
import type { ConnectionReport, Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Mono } from '../../ui/mono.tsx';
import { FactList, Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type StatusKind, StatusMark } from '../../ui/status-mark.tsx';
import { ConnectionStages } from './connection-stages.tsx';
import { EditBrokerSheet } from './edit-broker-sheet.tsx';
import classes from './site-screen.module.css';

const STATES: Record<Site['connection']['state'], readonly [StatusKind, string]> = {
  connected: ['online', 'connected'],
  connecting: ['running', 'connecting'],
  disconnected: ['failed', 'not connected; tried again by itself'],
  stopped: ['offline', 'disconnected by you'],
};

/** The way to the broker: its state, a test in stages, connect and disconnect. */
export function ConnectionSection({ site }: { site: Site }) {
  const { connection } = site;
  const [report, setReport] = useState<ConnectionReport>();
  const [editing, setEditing] = useState(false);
  const test = useCall();
  const connect = useCall();
  const [kind, word] = STATES[connection.state];
  const stopped = connection.state === 'stopped';

  const runTest = async (): Promise<void> => {
    setReport(undefined);
    setReport(await test.run('sites.test', { siteId: site.id }));
  };
  return (
    <Section title="Connection">
      <FactList
        facts={[
          ['State', <StatusMark key="state" kind={kind} label={word} />],
          ['Since', <RelativeTime key="since" at={connection.since} span />],
          ['Broker', <Mono key="broker">{site.brokerUrl}</Mono>],
          [
            'Round trip',
            connection.roundTripMs === null ? 'unknown' : `${connection.roundTripMs.toFixed(1)} ms`,
          ],
          ...(site.username ? ([['User', site.username]] as const) : []),
        ]}
      />
      {connection.detail && <p className={classes.problem}>{connection.detail}</p>}
      <div className={classes.row}>
        <Button
          variant="default"
          leftSection={<IconStethoscope size={14} />}
          loading={test.pending}
          onClick={() => void runTest()}
        >
          Test connection
        </Button>
        <Button
          variant="default"
          leftSection={stopped ? <IconPlayerPlay size={14} /> : <IconPlugConnectedX size={14} />}
          loading={connect.pending}
          onClick={() => void connect.run('sites.connect', { siteId: site.id, connect: stopped })}
        >
          {stopped ? 'Connect' : 'Disconnect'}
        </Button>
        {site.broker === 'external' && (
          <Button variant="default" leftSection={<IconSettings size={14} />} onClick={() => setEditing(true)}>
            Change broker
          </Button>
        )}
      </div>
      {(report || test.pending) && (
        <div className={classes.stages}>
          <ConnectionStages report={report} pending={test.pending} />
        </div>
      )}
      <ErrorNote error={test.error} what="The test could not be made." />
      <ErrorNote error={connect.error} what="The connection was not changed." />
      {editing && <EditBrokerSheet site={site} onClose={() => setEditing(false)} />}
    </Section>
  );
}
