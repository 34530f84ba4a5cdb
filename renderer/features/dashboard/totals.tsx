import type { ReactNode } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useJobs } from '../../state/hooks.ts';
import { type DeviceCounts, openJobs } from '../../state/selectors.ts';
import { Link } from '../../ui/router.tsx';
import { type StatusKind, StatusMark } from '../../ui/status-mark.tsx';
import classes from './dashboard.module.css';

/** The numbers of a site; each leads to what it counts. */
export function Totals(props: { site: Site; counts: DeviceCounts }) {
  const { site, counts } = props;
  const open = openJobs(useJobs(site.id));
  const running = open.filter((job) => job.state === 'running').length;
  const notOnline = counts.offline + counts.neverSeen;
  return (
    <ul className={classes.totals} aria-label="Totals">
      <Total to="/devices" label="Devices" value={counts.linked} detail="linked" />
      <Total
        to="/devices?q=is:online"
        label={<StatusMark kind="online" label="Online" />}
        value={counts.online}
        detail={share(counts.online, counts.linked)}
      />
      <Total
        to="/devices?q=is:offline,never-seen"
        label={<StatusMark kind="offline" label="Offline" />}
        value={notOnline}
        detail={counts.neverSeen > 0 ? `${counts.neverSeen} never seen` : share(notOnline, counts.linked)}
      />
      {counts.unknown > 0 && (
        <Total
          to="/devices?q=is:unknown"
          label={<StatusMark kind="unknown" label="Unknown" />}
          value={counts.unknown}
          detail={site.connection.state === 'connected' ? 'not heard yet' : 'the broker is away'}
        />
      )}
      <Total
        to="/jobs"
        label={<Quiet when={running === 0} kind="running" label="Running jobs" />}
        value={running}
        detail={open.length > running ? `${open.length - running} waiting` : 'none waiting'}
      />
      <Total
        to="/alarms"
        label={<Quiet when={counts.alarms === 0} kind="alarm" label="Alarms" />}
        value={counts.alarms}
        detail={counts.alarms === 0 ? 'all quiet' : 'need a look'}
      />
      <Total to="/users" label="Your role" value={site.role} detail="at this site" />
    </ul>
  );
}

/** Colour only where there is something to see. */
function Quiet(props: { when: boolean; kind: StatusKind; label: string }): ReactNode {
  return props.when ? props.label : <StatusMark kind={props.kind} label={props.label} />;
}

function Total(props: { to: string; label: ReactNode; value: number | string; detail: string }) {
  return (
    <li className={classes.total}>
      <Link to={props.to} className={classes.totalLink}>
        <span className={classes.totalLabel}>{props.label}</span>
        <span className={classes.totalValue}>
          {typeof props.value === 'number' ? props.value.toLocaleString('en') : props.value}
        </span>
        <span className={classes.totalDetail}>{props.detail}</span>
      </Link>
    </li>
  );
}

function share(count: number, total: number): string {
  return total === 0 ? '–' : `${Math.round((count / total) * 100)} %`;
}
