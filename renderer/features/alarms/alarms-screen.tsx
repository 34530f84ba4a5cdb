import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useActiveSite, useDevices, useNotices, useSession } from '../../state/hooks.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageBody, PageHead, Section } from '../../ui/page-head.tsx';
import { useNavigate } from '../../ui/router.tsx';
import { AlarmLine } from './alarm-line.tsx';
import classes from './alarms.module.css';
import { NoticeLine } from './notice-line.tsx';

/** What needs a look: the site's devices, and the control centre itself. */
export function AlarmsScreen() {
  const site = useActiveSite();
  const session = useSession();
  const notices = useNotices();
  const navigate = useNavigate();
  const alarms = useDevices(site?.id)
    .flatMap((device) => device.alarms.map((alarm) => ({ device, alarm })))
    .sort((a, b) => b.alarm.since.localeCompare(a.alarm.since));
  const isAdmin = session?.role === 'admin' && site?.role === 'admin';
  return (
    <>
      <PageHead title="Alarms" truth={truthOf(alarms.length, notices.length)} />
      <PageBody>
        {alarms.length + notices.length === 0 && (
          <EmptyState
            icon={<IconShieldCheck />}
            sentence="No device and nothing in Muster needs a look. Undervoltage, full disks, heat, refused requests and changed identities appear here."
            action={
              <Button variant="default" onClick={() => navigate('/devices')}>
                Look at the devices
              </Button>
            }
          />
        )}
        {notices.length > 0 && (
          <Section title="Control centre">
            <ul className={classes.list}>
              {notices.map((notice) => (
                <NoticeLine key={notice.id} notice={notice} />
              ))}
            </ul>
          </Section>
        )}
        {alarms.length > 0 && (
          <Section title="Devices">
            <ul className={classes.list}>
              {alarms.map(({ device, alarm }) => (
                <AlarmLine
                  key={`${device.mac}/${alarm.kind}`}
                  device={device}
                  alarm={alarm}
                  isAdmin={isAdmin}
                />
              ))}
            </ul>
          </Section>
        )}
      </PageBody>
    </>
  );
}

function truthOf(alarms: number, notices: number): string {
  if (alarms + notices === 0) return 'All quiet.';
  const parts = [];
  if (alarms > 0) parts.push(`${alarms} on devices`);
  if (notices > 0) parts.push(`${notices} in the control centre`);
  return parts.join(' · ');
}
