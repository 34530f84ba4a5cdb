import { IconHelp, IconLayoutBottombar } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Site } from '../../contract/model/site.ts';
import { useConnected, useSession, useSites } from '../state/hooks.ts';
import { exactTime } from '../ui/relative-time.tsx';
import { Link } from '../ui/router.tsx';
import { StatusMark } from '../ui/status-mark.tsx';
import { connectionKind, schemeOf } from './connection-words.ts';
import classes from './status-bar.module.css';

/** The connections of every site, the version, help. */
export function StatusBar(props: {
  activityOpen: boolean;
  /** The newest line of the activity, shown while its panel is hidden. */
  latest: ReactNode;
  onActivity: () => void;
  onHelp: () => void;
}) {
  const sites = useSites();
  const session = useSession();
  const connected = useConnected();
  return (
    <footer className={classes.bar}>
      <button
        type="button"
        className={classes.button}
        aria-pressed={props.activityOpen}
        title="Activity: what was done lately (Ctrl J)"
        onClick={props.onActivity}
      >
        <IconLayoutBottombar size={13} aria-hidden="true" /> Activity
        {!props.activityOpen && <span aria-hidden="true">{props.latest}</span>}
      </button>
      <div className={classes.sites}>
        {sites.map((site) => (
          <SiteState key={site.id} site={site} stale={!connected} />
        ))}
      </div>
      <span className={classes.version}>
        {session ? `v${session.version}` : ''}
        {session?.host === 'headless' ? ' · in the browser' : ''}
      </span>
      <button
        type="button"
        className={classes.button}
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={props.onHelp}
      >
        <IconHelp size={14} aria-hidden="true" />
      </button>
    </footer>
  );
}

function SiteState({ site, stale }: { site: Site; stale: boolean }) {
  const { connection } = site;
  const { kind, label } = stale ? { kind: 'unknown' as const, label: 'unknown' } : connectionKind(connection);
  const title = [
    `${site.name}: ${label} since ${exactTime(connection.since)}`,
    site.brokerUrl,
    connection.detail,
  ].filter(Boolean);
  const isUp = kind === 'online';
  return (
    <Link to="/broker" className={classes.site} title={title.join('\n')}>
      <StatusMark kind={kind} label={isUp ? site.name : `${site.name}: ${label}`} />
      <span className={classes.way}>{schemeOf(site.brokerUrl)}</span>
      {isUp && connection.roundTripMs !== null && (
        <span className={classes.way}>{roundTripText(connection.roundTripMs)}</span>
      )}
    </Link>
  );
}

/** `0.4 ms`, `18 ms`. */
export function roundTripText(roundTripMs: number): string {
  return `${roundTripMs < 10 ? roundTripMs.toFixed(1) : Math.round(roundTripMs)} ms`;
}
