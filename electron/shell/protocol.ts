import type { CustomScheme, Protocol } from 'electron';
import { answerStatic } from '../rpc/static-files.ts';
import { APP_ORIGIN, isAppUrl } from './addresses.ts';

const SCHEME = APP_ORIGIN.slice(0, APP_ORIGIN.indexOf(':'));

/** To be registered before the app is ready: the scheme has origins like https, and nothing is asked of the network. */
export const APP_SCHEME: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** Serves the bundle as `app://muster/…`, under the same rules as the headless host. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, staticFolder: string): void {
  protocol.handle(SCHEME, async ({ method, url }) => {
    if (!isAppUrl(url)) return new Response('There is nothing here.\n', { status: 404 });
    const { pathname } = new URL(url);
    const { status, headers, body } = await answerStatic(staticFolder, {
      method,
      pathname,
      connectSources: [],
    });
    return new Response(method === 'HEAD' ? null : new Uint8Array(body), { status, headers });
  });
}
