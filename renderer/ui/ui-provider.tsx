import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './tokens.css';
import './global.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { CommandProvider } from './commands.tsx';
import { cssVariablesResolver, theme } from './theme.ts';
import { createTicker, TickerContext } from './ticker.ts';

/** Theme, fonts, the shared ticker, commands and toasts: everything that the primitives need. */
export function UiProvider(props: { children: ReactNode }) {
  const [ticker] = useState(createTicker);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <Notifications position="bottom-right" autoClose={6_000} limit={3} />
      <TickerContext value={ticker}>
        <CommandProvider>{props.children}</CommandProvider>
      </TickerContext>
    </MantineProvider>
  );
}
