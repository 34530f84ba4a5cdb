import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCircleHalf2, IconSearch } from '@tabler/icons-react';
import { useJobs, useSession, useSettings } from '../state/hooks.ts';
import { openJobs } from '../state/selectors.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { Link, useNavigate } from '../ui/router.tsx';
import { StatusMark } from '../ui/status-mark.tsx';
import { SiteSwitcher } from './site-switcher.tsx';
import classes from './top-bar.module.css';

/** Site, search, what runs, theme, person. */
export function TopBar(props: {
  onPalette: () => void;
  onShortcuts: () => void;
  onTheme: () => void;
  themeLabel: string;
}) {
  return (
    <header className={classes.bar}>
      <div className={classes.start}>
        <SiteSwitcher />
      </div>
      <button type="button" className={classes.search} onClick={props.onPalette}>
        <IconSearch size={14} aria-hidden="true" />
        <span className={classes.searchText}>Search devices, actions …</span>
        <KeyHint keys="mod+k" />
      </button>
      <div className={classes.end}>
        <RunningJobs />
        <Tooltip label={props.themeLabel}>
          <ActionIcon aria-label={props.themeLabel} onClick={props.onTheme}>
            <IconCircleHalf2 size={16} />
          </ActionIcon>
        </Tooltip>
        <PersonMenu onShortcuts={props.onShortcuts} />
      </div>
    </header>
  );
}

function RunningJobs() {
  const open = openJobs(useJobs());
  if (open.length === 0) return null;
  const running = open.filter((job) => job.state === 'running').length;
  const label = running > 0 ? `${running} running` : `${open.length} waiting`;
  return (
    <Link
      to="/jobs"
      className={classes.jobs}
      title={`${running} jobs run, ${open.length - running} wait for devices`}
    >
      <StatusMark kind={running > 0 ? 'running' : 'waiting'} label={label} />
    </Link>
  );
}

function PersonMenu(props: { onShortcuts: () => void }) {
  const session = useSession();
  const settings = useSettings();
  const navigate = useNavigate();
  const name = settings?.operatorName ?? session?.actor ?? '';
  return (
    <Menu width={220}>
      <Menu.Target>
        <button type="button" className={classes.person} aria-label={`${name || 'You'}: menu`}>
          {initialsOf(name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.personHead}>
          <strong>{name}</strong>
          <span>{session ? `${session.role} on this machine` : ''}</span>
        </div>
        <Menu.Divider />
        <Menu.Item onClick={() => navigate('/users')}>Your role and key</Menu.Item>
        <Menu.Item onClick={() => navigate('/settings')}>Settings</Menu.Item>
        <Menu.Item rightSection={<KeyHint keys="?" />} onClick={props.onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** `Anna Kern` → `AK`, `technician` → `TE`. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const [first = '?', second] = words;
  return (second ? `${[...first][0]}${[...second][0]}` : [...first].slice(0, 2).join('')).toUpperCase();
}
