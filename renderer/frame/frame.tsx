import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useConnected } from '../state/hooks.ts';
import { OfferCommand, useCommand } from '../ui/commands.tsx';
import { useNavigate } from '../ui/router.tsx';
import { SplitPanel } from '../ui/split-panel.tsx';
import { ConnectionBar, NoticesBanner } from './banners.tsx';
import classes from './frame.module.css';
import { NAVIGATION } from './navigation.ts';
import { Palette } from './palette.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { Sidebar } from './sidebar.tsx';
import { SiteCommands } from './site-commands.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useRemembered } from './use-remembered.ts';
import { useTheme } from './use-theme.ts';

/** What stays around every screen: bars, sidebar, activity panel, palette. */
export function Frame(props: {
  children: ReactNode;
  activity: (onClose: () => void) => ReactNode;
  /** The newest line of the activity, for the status bar. */
  latestActivity: ReactNode;
}) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [activityOpen, setActivityOpen] = useRemembered('activity', false);
  const [chosenFold, setChosenFold] = useRemembered('sidebar-folded', false);
  const narrow = useMediaQuery('(max-width: 1023px)', false, { getInitialValueInEffect: false });
  const theme = useTheme();
  const connected = useConnected();
  const navigate = useNavigate();
  const toggleActivity = (): void => setActivityOpen(!activityOpen);

  useCommand({
    id: 'palette',
    title: 'Search devices and actions',
    shortcut: 'mod+k, mod+shift+p',
    group: 'General',
    run: () => setPaletteOpen(true),
  });
  useCommand({
    id: 'activity',
    title: activityOpen ? 'Hide activity' : 'Show activity',
    shortcut: 'mod+j',
    group: 'General',
    run: toggleActivity,
  });
  useCommand({
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    shortcut: '?',
    group: 'General',
    run: () => setHelpOpen(true),
  });
  useCommand({
    id: 'theme',
    title: theme.nextLabel,
    group: 'General',
    keywords: 'dark light colours',
    run: theme.next,
  });
  const fold = narrow || chosenFold;

  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      {NAVIGATION.flatMap((group) => group.entries).map((entry) => (
        <OfferCommand
          key={entry.path}
          command={{
            id: `go:${entry.path}`,
            title: entry.label,
            shortcut: entry.shortcut,
            group: 'Go to',
            run: () => navigate(entry.path),
          }}
        />
      ))}
      <SiteCommands />
      <TopBar
        onPalette={() => setPaletteOpen(true)}
        onShortcuts={() => setHelpOpen(true)}
        onTheme={theme.next}
        themeLabel={theme.nextLabel}
      />
      <ConnectionBar />
      <NoticesBanner />
      <div className={classes.middle}>
        <Sidebar folded={fold} onFold={narrow ? undefined : () => setChosenFold(!chosenFold)} />
        <SplitPanel
          id="activity"
          label="Activity"
          open={activityOpen}
          panel={props.activity(() => setActivityOpen(false))}
        >
          <main id="content" tabIndex={-1} className={classes.content} data-stale={!connected || undefined}>
            {props.children}
          </main>
        </SplitPanel>
      </div>
      <StatusBar
        activityOpen={activityOpen}
        latest={props.latestActivity}
        onActivity={toggleActivity}
        onHelp={() => setHelpOpen(true)}
      />
      <Palette opened={paletteOpen} onClose={() => setPaletteOpen(false)} />
      <ShortcutsDialog opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
