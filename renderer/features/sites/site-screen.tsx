import { Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useActiveSite, useSession } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { DemoBadge } from '../../ui/demo-badge.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageBody, PageHead, Section } from '../../ui/page-head.tsx';
import { ConnectionSection } from './connection-section.tsx';
import { DeviceAccess } from './device-access.tsx';
import { EnrolmentList } from './enrolment-list.tsx';
import { RemoveSite } from './remove-site.tsx';
import { RenameSite } from './rename-site.tsx';
import classes from './site-screen.module.css';

/** A site: its connection, what devices need to reach it, who may still get in. */
export function SiteScreen() {
  const site = useActiveSite();
  return site ? <OneSite key={site.id} site={site} /> : null;
}

function OneSite({ site }: { site: Site }) {
  const sheets = useSheets();
  const session = useSession();
  const [renaming, setRenaming] = useState(false);
  const isAdmin = session?.role === 'admin' && site.role === 'admin';
  return (
    <>
      <PageHead
        title={
          <span className={classes.title}>
            {site.name} {site.demo && <DemoBadge />}
          </span>
        }
        truth={
          site.broker === 'embedded'
            ? 'The broker of this site runs inside Muster, on this machine.'
            : 'The broker of this site runs elsewhere; Muster is one of its clients.'
        }
        actions={
          <>
            {isAdmin && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => setRenaming(true)}
              >
                Rename
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => sheets.openAddSite()}
            >
              Add a site
            </Button>
            <Button
              leftSection={<IconPlus size={14} />}
              onClick={() => sheets.openEnrol({ siteId: site.id })}
            >
              Add devices
            </Button>
          </>
        }
      />
      <PageBody>
        <div className={classes.columns}>
          <div>
            <ConnectionSection site={site} />
            <EnrolmentList site={site} />
          </div>
          <div>
            <DeviceAccess site={site} />
            {site.demo ? <StopDemo /> : isAdmin && <RemoveSite site={site} />}
          </div>
        </div>
      </PageBody>
      {renaming && <RenameSite site={site} onClose={() => setRenaming(false)} />}
    </>
  );
}

function StopDemo() {
  const { run, pending, error } = useCall();
  return (
    <Section title="Stop the demo">
      <div className={classes.danger}>
        <p>Ends the demo’s agents and takes this site, its devices and its jobs off this machine.</p>
        <ErrorNote error={error} what="The demo was not stopped." />
        <Button color="red" variant="outline" loading={pending} onClick={() => void run('demo.stop', {})}>
          Stop the demo
        </Button>
      </div>
    </Section>
  );
}
