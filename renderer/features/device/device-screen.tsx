import { Button } from '@mantine/core';
import { IconCpuOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useActiveSite, useDevice, useReady } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { useCommand } from '../../ui/commands.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageBody } from '../../ui/page-head.tsx';
import { PageTabs } from '../../ui/page-tabs.tsx';
import { useNavigate, useQueryParam } from '../../ui/router.tsx';
import { CommandTab } from './command-tab.tsx';
import { DetailsTab } from './details-tab.tsx';
import classes from './device.module.css';
import { DeviceHead } from './device-head.tsx';
import { JobsTab } from './jobs-tab.tsx';
import { LogsTab, NO_READING } from './logs-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import type { StartedRun } from './started-run.ts';

const TABS = [
  { value: 'overview', label: 'Overview' },
  { value: 'command', label: 'Command' },
  { value: 'logs', label: 'Logs' },
  { value: 'jobs', label: 'Jobs' },
  { value: 'details', label: 'Details' },
] as const;
type Tab = (typeof TABS)[number]['value'];

/** The page of one device of the active site. */
export function DeviceScreen(props: { mac: string }) {
  const site = useActiveSite();
  const mac = props.mac.toUpperCase();
  const device = useDevice(site?.id, mac);
  const ready = useReady();
  if (device) return <DevicePage key={`${device.siteId} ${device.mac}`} device={device} />;
  return ready ? <Missing mac={mac} siteId={site?.id} /> : null;
}

function DevicePage(props: { device: Device }) {
  const { device } = props;
  const [chosen, choose] = useQueryParam('tab', 'overview');
  const [runs, setRuns] = useState<readonly StartedRun[]>([]);
  const [reading, setReading] = useState(NO_READING);
  const tab: Tab = TABS.find((each) => each.value === chosen)?.value ?? 'overview';
  useCommand({
    id: 'device.command',
    title: `Run a command on ${device.name || device.mac}`,
    group: 'This device',
    shortcut: 'c',
    run: () => choose('command'),
  });
  // In place of the site's command, so that its key means this device.
  const { openRun } = useSheets();
  useCommand({
    id: 'run',
    title: 'Run command',
    shortcut: 'r',
    group: 'Actions',
    keywords: 'shell reboot service job',
    run: () => openRun({ siteId: device.siteId, macs: [device.mac] }),
  });

  return (
    <>
      <DeviceHead
        device={device}
        onRun={() => choose('command')}
        quiet={tab === 'command' || tab === 'logs'}
      />
      <PageTabs tabs={TABS} value={tab} onChange={choose} label="Parts of this device" />
      {tab === 'overview' && (
        <PageBody>
          <OverviewTab device={device} onAllJobs={() => choose('jobs')} />
        </PageBody>
      )}
      {tab === 'command' && (
        <PageBody>
          <CommandTab device={device} runs={runs} onRuns={setRuns} />
        </PageBody>
      )}
      {tab === 'logs' && (
        <PageBody flush>
          <LogsTab device={device} reading={reading} onReading={setReading} />
        </PageBody>
      )}
      {tab === 'jobs' && (
        <PageBody flush>
          <JobsTab device={device} />
        </PageBody>
      )}
      {tab === 'details' && (
        <PageBody>
          <DetailsTab device={device} />
        </PageBody>
      )}
    </>
  );
}

function Missing(props: { mac: string; siteId: string | undefined }) {
  const { mac, siteId } = props;
  const { openLink } = useSheets();
  const navigate = useNavigate();
  return (
    <div className={classes.missing}>
      <EmptyState
        icon={<IconCpuOff />}
        sentence={`This site knows no device ${mac}. It may belong to another site, or was forgotten.`}
        action={
          <>
            <Button onClick={() => navigate('/devices')}>Show all devices</Button>
            {siteId && /^[0-9A-F]{12}$/.test(mac) && (
              <Button variant="default" onClick={() => openLink({ siteId, macs: [mac] })}>
                Link {mac}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}
