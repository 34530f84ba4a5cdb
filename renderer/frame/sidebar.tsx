import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useActiveSite, useDevices, useNotices } from '../state/hooks.ts';
import { countDevices } from '../state/selectors.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { Link, useRoute } from '../ui/router.tsx';
import { entryOf, NAVIGATION, type NavigationEntry } from './navigation.ts';
import classes from './sidebar.module.css';

/** The screens in groups. Folded, it shows icons only; without `onFold` it has no choice, in a narrow window. */
export function Sidebar(props: { folded: boolean; onFold: (() => void) | undefined }) {
  const { folded } = props;
  const current = entryOf(useRoute().path);
  const alarms = useAlarmCount();
  const foldLabel = folded ? 'Unfold the sidebar' : 'Fold the sidebar';
  return (
    <nav className={classes.sidebar} data-folded={folded || undefined} aria-label="Screens">
      {NAVIGATION.map((group) => (
        <div key={group.label} className={classes.group}>
          <h2 className={classes.groupLabel}>{group.label}</h2>
          <ul className={classes.list}>
            {group.entries.map((entry) => (
              <li key={entry.path}>
                <Entry
                  entry={entry}
                  folded={folded}
                  current={entry === current}
                  // A number only where it means work.
                  badge={entry.path === '/alarms' && alarms > 0 ? alarms : undefined}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
      {props.onFold && (
        <Tooltip label={foldLabel} position="right">
          <button type="button" className={classes.fold} aria-label={foldLabel} onClick={props.onFold}>
            {folded ? <IconLayoutSidebarLeftExpand size={16} /> : <IconLayoutSidebarLeftCollapse size={16} />}
          </button>
        </Tooltip>
      )}
    </nav>
  );
}

function useAlarmCount(): number {
  const site = useActiveSite();
  const notices = useNotices();
  const { alarms } = countDevices(useDevices(site?.id));
  return alarms + notices.filter((notice) => notice.level !== 'info').length;
}

function Entry(props: {
  entry: NavigationEntry;
  folded: boolean;
  current: boolean;
  badge: number | undefined;
}): ReactNode {
  const { entry, badge } = props;
  const Icon = entry.icon;
  return (
    <Tooltip
      position="right"
      multiline
      maw={280}
      label={
        <span className={classes.tip}>
          <span className={classes.tipHead}>
            {entry.label} <KeyHint keys={entry.shortcut} />
          </span>
          {entry.sentence}
        </span>
      }
    >
      <Link to={entry.path} className={classes.entry} aria-current={props.current ? 'page' : undefined}>
        <Icon size={16} stroke={1.6} aria-hidden="true" />
        <span className={classes.label}>{entry.label}</span>
        {badge !== undefined && (
          <span className={classes.badge}>
            {badge}
            <span className={classes.hidden}> open</span>
          </span>
        )}
      </Link>
    </Tooltip>
  );
}
