import { IconCompass } from '@tabler/icons-react';
import { lazy, type ReactNode } from 'react';
import { EmptyState } from './ui/empty-state.tsx';
import { PageBody } from './ui/page-head.tsx';
import { Link, type Route, useRoute } from './ui/router.tsx';

const DashboardScreen = lazy(async () => ({
  default: (await import('./features/dashboard/dashboard-screen.tsx')).DashboardScreen,
}));
const AlarmsScreen = lazy(async () => ({
  default: (await import('./features/alarms/alarms-screen.tsx')).AlarmsScreen,
}));
const DevicesScreen = lazy(async () => ({
  default: (await import('./features/devices/devices-screen.tsx')).DevicesScreen,
}));
const DeviceScreen = lazy(async () => ({
  default: (await import('./features/device/device-screen.tsx')).DeviceScreen,
}));
const JobsScreen = lazy(async () => ({
  default: (await import('./features/jobs/jobs-screen.tsx')).JobsScreen,
}));
const JobScreen = lazy(async () => ({
  default: (await import('./features/jobs/job-screen.tsx')).JobScreen,
}));
const AuditScreen = lazy(async () => ({
  default: (await import('./features/audit/audit-screen.tsx')).AuditScreen,
}));
const UsersScreen = lazy(async () => ({
  default: (await import('./features/users/users-screen.tsx')).UsersScreen,
}));
const SiteScreen = lazy(async () => ({
  default: (await import('./features/sites/site-screen.tsx')).SiteScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('./features/settings/settings-screen.tsx')).SettingsScreen,
}));

/** The screen of the current address. */
export function Screen() {
  return screenOf(useRoute());
}

function screenOf({ parts }: Route): ReactNode {
  const [first, second] = parts;
  switch (first) {
    case undefined:
      return <DashboardScreen />;
    case 'alarms':
      return <AlarmsScreen />;
    case 'devices':
      return second ? <DeviceScreen key={second} mac={second} /> : <DevicesScreen />;
    case 'jobs':
      return second ? <JobScreen key={second} jobId={second} /> : <JobsScreen />;
    case 'audit':
      return <AuditScreen />;
    case 'users':
      return <UsersScreen />;
    case 'broker':
      return <SiteScreen />;
    case 'settings':
      return <SettingsScreen />;
    default:
      return <NoScreen />;
  }
}

function NoScreen() {
  return (
    <PageBody>
      <EmptyState
        icon={<IconCompass />}
        sentence="There is no such page."
        action={<Link to="/">Go to the dashboard</Link>}
      />
    </PageBody>
  );
}
