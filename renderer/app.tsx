import { lazy, Suspense, useEffect, useState } from 'react';
import type { RpcClient } from '../contract/rpc/client.ts';
import { Screen } from './app-screens.tsx';
import { SheetsProvider } from './app-sheets.tsx';
import { ErrorBoundary } from './frame/error-boundary.tsx';
import { Frame } from './frame/frame.tsx';
import { Starting } from './frame/starting.tsx';
import { useTheme } from './frame/use-theme.ts';
import { RpcProvider } from './rpc/rpc-context.tsx';
import { useReady, useSites } from './state/hooks.ts';
import { type Stores, StoresContext } from './state/stores.ts';
import { type Router, RouterProvider, useNavigate, useRoute } from './ui/router.tsx';
import { UiProvider } from './ui/ui-provider.tsx';

const ActivityLatest = lazy(async () => ({
  default: (await import('./features/activity/activity-latest.tsx')).ActivityLatest,
}));
const FirstRun = lazy(async () => ({ default: (await import('./features/sites/first-run.tsx')).FirstRun }));

const ActivityPanel = lazy(async () => ({
  default: (await import('./features/activity/activity-panel.tsx')).ActivityPanel,
}));

/** The window: providers, then the first run, or the frame around the current screen. */
export function App(props: { client: RpcClient; stores: Stores; router: Router }) {
  return (
    <UiProvider>
      <RpcProvider client={props.client}>
        <StoresContext value={props.stores}>
          <RouterProvider router={props.router}>
            <SheetsProvider>
              <Window />
            </SheetsProvider>
          </RouterProvider>
        </StoresContext>
      </RpcProvider>
    </UiProvider>
  );
}

function Window() {
  const ready = useReady();
  const hasSite = useSites().length > 0;
  const [firstRun, setFirstRun] = useState(false);
  const navigate = useNavigate();
  const { path } = useRoute();
  useTheme();
  // The first run goes on after its site exists, until the person leaves it.
  useEffect(() => {
    if (ready && !hasSite) setFirstRun(true);
  }, [ready, hasSite]);

  if (!ready) return <Starting />;
  if (firstRun || !hasSite) {
    return (
      <Suspense fallback={null}>
        <FirstRun
          onDone={(to) => {
            setFirstRun(false);
            navigate(to);
          }}
        />
      </Suspense>
    );
  }
  return (
    <Frame
      activity={(onClose) => (
        <Suspense fallback={null}>
          <ActivityPanel onClose={onClose} />
        </Suspense>
      )}
      latestActivity={
        <Suspense fallback={null}>
          <ActivityLatest />
        </Suspense>
      }
    >
      <ErrorBoundary key={path}>
        <Suspense fallback={null}>
          <Screen />
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}
