import {
  type Icon,
  IconAlertTriangle,
  IconCpu,
  IconHistory,
  IconLayoutDashboard,
  IconListCheck,
  IconServer2,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';

export interface NavigationEntry {
  path: string;
  label: string;
  icon: Icon;
  shortcut: string;
  /** What one finds there, for the tooltip. */
  sentence: string;
}

export interface NavigationGroup {
  label: string;
  entries: readonly NavigationEntry[];
}

/** Every screen, in the groups of the sidebar. */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    label: 'Overview',
    entries: [
      {
        path: '/',
        label: 'Dashboard',
        icon: IconLayoutDashboard,
        shortcut: 'g h',
        sentence: 'The state of the site at a glance.',
      },
      {
        path: '/alarms',
        label: 'Alarms',
        icon: IconAlertTriangle,
        shortcut: 'g a',
        sentence: 'What needs a look: devices and the control centre itself.',
      },
    ],
  },
  {
    label: 'Fleet',
    entries: [
      {
        path: '/devices',
        label: 'Devices',
        icon: IconCpu,
        shortcut: 'g d',
        sentence: 'Find, link, organise and command devices.',
      },
      {
        path: '/jobs',
        label: 'Jobs',
        icon: IconListCheck,
        shortcut: 'g j',
        sentence: 'What was done on which device, with the result of each.',
      },
    ],
  },
  {
    label: 'Insight',
    entries: [
      {
        path: '/audit',
        label: 'Audit log',
        icon: IconHistory,
        shortcut: 'g l',
        sentence: 'Who did what, and when; changes in the past show.',
      },
    ],
  },
  {
    label: 'Site',
    entries: [
      {
        path: '/users',
        label: 'Users',
        icon: IconUsers,
        shortcut: 'g u',
        sentence: 'Your role at this site and the key that devices trust.',
      },
      {
        path: '/broker',
        label: 'Broker & site',
        icon: IconServer2,
        shortcut: 'g b',
        sentence: 'The connection, and how devices get in.',
      },
      {
        path: '/settings',
        label: 'Settings',
        icon: IconSettings,
        shortcut: 'g s',
        sentence: 'Your name and how Muster looks.',
      },
    ],
  },
];

/** The entry that a path belongs to: `/devices/B827…` is below `/devices`. */
export function entryOf(path: string): NavigationEntry | undefined {
  const entries = NAVIGATION.flatMap((group) => group.entries);
  return entries.find(
    (entry) => entry.path === path || (entry.path !== '/' && path.startsWith(`${entry.path}/`)),
  );
}
