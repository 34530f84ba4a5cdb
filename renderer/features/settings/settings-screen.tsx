import { SegmentedControl } from '@mantine/core';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useSession, useSettings } from '../../state/hooks.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Mono } from '../../ui/mono.tsx';
import { FactList, PageBody, PageHead, Section } from '../../ui/page-head.tsx';
import { OperatorName } from './operator-name.tsx';
import classes from './settings.module.css';

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** The person's own settings on this machine. */
export function SettingsScreen() {
  const settings = useSettings();
  const session = useSession();
  const { run, error } = useCall();
  if (!settings) return null;
  return (
    <>
      <PageHead title="Settings" truth="Yours, on this machine." />
      <PageBody>
        <Section title="You">
          <OperatorName key={settings.operatorName} current={settings.operatorName} />
        </Section>
        <Section title="Looks">
          <div className={classes.row}>
            <div>
              <p className={classes.label} id="theme-label">
                Theme
              </p>
              <p className={classes.hint}>High contrast follows the system in either.</p>
            </div>
            <SegmentedControl
              aria-labelledby="theme-label"
              data={[...THEMES]}
              value={settings.theme}
              onChange={(value) => {
                const theme = THEMES.find((candidate) => candidate.value === value);
                if (theme) void run('settings.edit', { theme: theme.value });
              }}
            />
          </div>
          <ErrorNote error={error} what="The theme was not changed." />
        </Section>
        <Section title="About">
          <FactList
            facts={[
              ['Version', session?.version ?? 'unknown'],
              ['Runs as', session?.host === 'headless' ? 'headless, shown in a browser' : 'desktop window'],
              ['Data folder', <Mono key="folder">{session?.dataFolder ?? 'unknown'}</Mono>],
            ]}
          />
          <p className={classes.note}>
            Muster sends nothing to anybody: no telemetry, no update check, no account. Back up the data
            folder to keep sites, keys and history.
          </p>
        </Section>
      </PageBody>
    </>
  );
}
