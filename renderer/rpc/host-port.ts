import { AppError } from '../../contract/lib/errors.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { createIpcPort } from './ipc-port.ts';
import { openWebSocketPort } from './web-socket-port.ts';

const TOKEN_KEY = 'muster.token';

/**
 * Takes the token out of the address (`#token=…`) and keeps it for this tab, so that a reload works and
 * neither the address bar nor the history shows it.
 */
export function takeToken(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  const token = new URLSearchParams(location.hash.replace(/^#/, '')).get('token');
  if (token) {
    storage.setItem(TOKEN_KEY, token);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return token ?? storage.getItem(TOKEN_KEY) ?? undefined;
}

/** How this window reaches its control centre: Electron's bridge, or a WebSocket to where the page came from. */
export function createPortOpener(): () => Promise<Port> {
  const bridge = window.muster;
  if (bridge) return () => Promise.resolve(createIpcPort(bridge));
  const token = takeToken(window.location, window.history, window.sessionStorage);
  return () => {
    if (!token) {
      return Promise.reject(
        new AppError(
          'denied',
          'This address has no access token. Open the address that Muster printed when it started.',
        ),
      );
    }
    const url = `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/rpc`;
    return openWebSocketPort({ url, token });
  };
}
