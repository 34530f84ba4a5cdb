import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import type { Settings } from '../../contract/model/settings.ts';
import { useCall } from '../rpc/rpc-context.tsx';
import { useSettings } from '../state/hooks.ts';

type Theme = Settings['theme'];
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const LABELS: Record<Theme, string> = {
  system: 'Follow the system’s theme',
  light: 'Use the light theme',
  dark: 'Use the dark theme',
};

/** Keeps the colours in step with the settings, and offers the next theme. */
export function useTheme(): { next: () => void; nextLabel: string } {
  const theme = useSettings()?.theme;
  const { setColorScheme } = useMantineColorScheme();
  const { run } = useCall();
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  const next = NEXT[theme ?? 'system'];
  return {
    next: () => {
      // At once: it is only about this window, and the settings follow.
      setColorScheme(next === 'system' ? 'auto' : next);
      void run('settings.edit', { theme: next });
    },
    nextLabel: LABELS[next],
  };
}
