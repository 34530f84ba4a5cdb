import { Button } from '@mantine/core';
import type { Device } from '../../../contract/model/device.ts';
import { isFinal } from '../../../contract/model/job.ts';
import { type RefusedCounts, refusedTotal } from '../../../contract/model/metrics.ts';
import { useMetrics } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FactList, Section } from '../../ui/page-head.tsx';
import { exactTime, RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { AlarmList } from './alarm-list.tsx';
import classes from './device.module.css';
import { DeviceCharts } from './device-charts.tsx';
import { JobOutcome } from './job-outcome.tsx';
import { MetricCards } from './metric-cards.tsx';
import overviewClasses from './overview.module.css';
import { useDeviceEvents } from './use-device-events.ts';
import { useDeviceHistory } from './use-device-history.ts';
import { type DeviceJob, useDeviceJobs } from './use-device-jobs.ts';

/** How the device is: alarms, measurements, what runs, what ran, what happened. */
export function OverviewTab(props: { device: Device; onAllJobs: () => void }) {
  const { device } = props;
  const { siteId, mac } = device;
  const metrics = useMetrics(siteId, mac);
  const hour = useDeviceHistory(siteId, mac, '1h');
  const jobs = useDeviceJobs(siteId, mac, 20);
  const open = jobs.items.filter(({ result }) => !isFinal(result.state));
  const done = jobs.items.filter(({ result }) => isFinal(result.state)).slice(0, 6);

  return (
    <div>
      <AlarmList device={device} />
      {!device.online && metrics && (
        <p className={overviewClasses.old}>
          Measured <RelativeTime at={metrics.at} /> ({exactTime(metrics.at)}), before it went{' '}
          {device.state === 'unknown' ? 'out of sight' : 'offline'}. These values are old.
        </p>
      )}
      {metrics ? (
        <MetricCards device={device} hour={hour.points} />
      ) : (
        <p className={overviewClasses.unmeasured}>
          {device.state === 'never-seen'
            ? 'It has not announced itself yet, so nothing is known of how it is.'
            : 'It has not told how it is since the control centre started.'}
        </p>
      )}
      <DeviceCharts device={device} />
      <div className={overviewClasses.columns}>
        <div>
          {open.length > 0 && (
            <Section title="Now running and waiting">
              <JobLines items={open} />
            </Section>
          )}
          <Section
            title="Last jobs"
            actions={
              jobs.items.length > 0 && (
                <Button size="compact-xs" variant="subtle" color="gray" onClick={props.onAllJobs}>
                  All jobs
                </Button>
              )
            }
          >
            <ErrorNote error={jobs.error} />
            {done.length > 0 ? (
              <JobLines items={done} />
            ) : (
              <p className={classes.quiet}>
                {jobs.loading ? ' ' : 'No job has finished on this device yet.'}
              </p>
            )}
          </Section>
          <Refused counts={metrics?.refused} />
        </div>
        <EventList device={device} />
      </div>
    </div>
  );
}

function JobLines(props: { items: readonly DeviceJob[] }) {
  return (
    <ul className={overviewClasses.lines}>
      {props.items.map(({ job, result }) => (
        <li key={job.id} className={overviewClasses.line}>
          <Link to={`/jobs/${job.id}`} className={overviewClasses.lineTitle}>
            {job.title}
          </Link>
          <JobOutcome result={result} jobId={job.id} />
          <span className={overviewClasses.lineTime}>
            <RelativeTime at={job.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function EventList(props: { device: Device }) {
  const { events, loading, error } = useDeviceEvents(props.device, 12);
  return (
    <div>
      <Section title="What happened">
        <ErrorNote error={error} />
        {events.length === 0 && <p className={classes.quiet}>{loading ? ' ' : 'Nothing is recorded yet.'}</p>}
        <ul className={overviewClasses.lines}>
          {events.map((event) => (
            <li key={`${event.at} ${event.kind} ${event.detail}`} className={overviewClasses.line}>
              <span className={overviewClasses.eventKind}>{event.kind.replaceAll('-', ' ')}</span>
              <span className={overviewClasses.eventDetail}>{event.detail}</span>
              <span className={overviewClasses.lineTime}>
                <RelativeTime at={event.at} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

const REFUSED_WORDS: Record<keyof RefusedCounts, string> = {
  malformed: 'could not be read',
  badSignature: 'had a wrong signature',
  unknownKey: 'were signed with an unknown key',
  replayed: 'were repeated',
  notForMe: 'were meant for another device',
  notLinked: 'came while it was not linked',
  denied: 'were beyond the role of their key',
};

function Refused(props: { counts: RefusedCounts | undefined }) {
  const { counts } = props;
  if (!counts || refusedTotal(counts) === 0) return null;
  const facts = Object.entries(REFUSED_WORDS).flatMap(([key, words]) => {
    const count = counts[key as keyof RefusedCounts];
    return count > 0 ? [[words, count.toLocaleString('en')] as const] : [];
  });
  return (
    <Section title="Refused requests" hint="Since the agent started. None of them was executed.">
      <FactList facts={facts} />
    </Section>
  );
}
