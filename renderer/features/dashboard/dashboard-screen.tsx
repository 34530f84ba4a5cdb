import { Button } from '@mantine/core';
import { IconCpu, IconPlus } from '@tabler/icons-react';
import type { Site } from '../../../contract/model/site.ts';
import { useActiveSite, useDevices } from '../../state/hooks.ts';
import { countDevices } from '../../state/selectors.ts';
import { useSheets } from '../../state/sheets.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageBody, PageHead, Section } from '../../ui/page-head.tsx';
import { Link } from '../../ui/router.tsx';
import classes from './dashboard.module.css';
import { DashboardAlarms } from './dashboard-alarms.tsx';
import { RecentJobs } from './recent-jobs.tsx';
import { StatusTable } from './status-table.tsx';
import { Totals } from './totals.tsx';

/** The state of the site at a glance: totals, every device's state, what was done, what needs a look. */
export function DashboardScreen() {
  const site = useActiveSite();
  return site ? <SiteDashboard key={site.id} site={site} /> : null;
}

function SiteDashboard({ site }: { site: Site }) {
  const devices = useDevices(site.id);
  const { openLink, openEnrol } = useSheets();
  const counts = countDevices(devices);
  return (
    <>
      <PageHead
        title="Dashboard"
        truth={truthOf(site, counts)}
        actions={
          <>
            <Button variant="default" onClick={() => openLink({ siteId: site.id })}>
              Link device
            </Button>
            <Button leftSection={<IconPlus size={14} />} onClick={() => openEnrol({ siteId: site.id })}>
              Add devices
            </Button>
          </>
        }
      />
      <PageBody>
        <Totals site={site} counts={counts} />
        <div className={classes.columns}>
          <Section title="Status" actions={<Link to="/devices">All devices</Link>}>
            {counts.linked === 0 ? (
              <EmptyState
                icon={<IconCpu />}
                sentence={emptySentence(counts.discovered)}
                action={
                  <Button
                    variant="default"
                    onClick={() =>
                      counts.discovered > 0 ? openLink({ siteId: site.id }) : openEnrol({ siteId: site.id })
                    }
                  >
                    {counts.discovered > 0 ? 'Link device' : 'Add devices'}
                  </Button>
                }
              />
            ) : (
              <StatusTable devices={devices} />
            )}
          </Section>
          <div className={classes.side}>
            <DashboardAlarms siteId={site.id} />
            <RecentJobs siteId={site.id} />
          </div>
        </div>
      </PageBody>
    </>
  );
}

function emptySentence(discovered: number): string {
  if (discovered === 0) {
    return 'No device is linked yet. Add one with an enrolment file, or link the MAC printed on it.';
  }
  if (discovered === 1) return 'No device is linked yet. One announced itself: link it if it is yours.';
  return `No device is linked yet. ${discovered} announced themselves: link those that are yours.`;
}

function truthOf(site: Site, counts: ReturnType<typeof countDevices>): string {
  if (site.connection.state !== 'connected') {
    return `${site.name} is not connected to its broker, so the state of its devices is not known.`;
  }
  const parts = [`${counts.linked} linked`, `${counts.online} online`];
  if (counts.discovered > 0) parts.push(`${counts.discovered} discovered`);
  return `${site.name}: ${parts.join(' · ')}`;
}
