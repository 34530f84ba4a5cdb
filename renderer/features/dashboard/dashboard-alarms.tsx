import { IconShieldCheck } from '@tabler/icons-react';
import { useDevices, useNotices } from '../../state/hooks.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './dashboard.module.css';

const LIMIT = 5;

/** What needs a look, newest first. */
export function DashboardAlarms(props: { siteId: string }) {
  const notices = useNotices();
  const alarms = useDevices(props.siteId)
    .flatMap((device) => device.alarms.map((alarm) => ({ device, alarm })))
    .sort((a, b) => b.alarm.since.localeCompare(a.alarm.since));
  const count = alarms.length + notices.length;
  return (
    <Section title="Alarms" actions={<Link to="/alarms">All alarms</Link>}>
      {count === 0 ? (
        <EmptyState compact icon={<IconShieldCheck />} sentence="No alarms." />
      ) : (
        <ul className={classes.lines}>
          {notices.slice(0, LIMIT).map((notice) => (
            <li key={notice.id} className={classes.line}>
              <StatusMark bare kind={notice.level === 'info' ? 'waiting' : 'alarm'} label={notice.level} />
              <span className={classes.lineTitle} title={notice.message}>
                {notice.message}
              </span>
              <span className={classes.lineTime}>
                <RelativeTime at={notice.at} span />
              </span>
            </li>
          ))}
          {alarms.slice(0, LIMIT).map(({ device, alarm }) => (
            <li key={`${device.mac}/${alarm.kind}`} className={classes.line}>
              <StatusMark bare kind="alarm" />
              <Link to={`/devices/${device.mac}`} className={classes.lineName}>
                {device.name || device.mac}
              </Link>
              <span className={classes.lineText} title={alarm.message}>
                {alarm.message}
              </span>
              <span className={classes.lineTime}>
                <RelativeTime at={alarm.since} span />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
