import { readFileSync } from 'node:fs';
import {
  type BrowserContext,
  chromium,
  type Page,
  type Request as PageRequest,
  type Route,
} from 'playwright-core';

/** Answers requests to the app's own scheme. */
export type SchemeHandler = (request: Request) => Response | Promise<Response>;

/** What the stand-in's BrowserWindow hears from its page. */
export interface PageListener {
  /** A message by `ipcRenderer.send`. */
  message(channel: string, args: unknown[]): void;
  /** A new document begins to load. */
  navigated(): void;
  /** The page itself wants to go there; answers whether it may. */
  mayNavigate(url: string): boolean;
  windowOpened(url: string): void;
  closed(): void;
}

/** Chromium knows no schemes of an app, so `app://muster` is shown as a made-up name on http, which it trusts. */
const MADE_UP_ORIGIN = 'http://muster.localhost';
const APP_ORIGIN = 'app://muster';
const toPage = (url: string): string => url.replace(APP_ORIGIN, MADE_UP_ORIGIN);
const toApp = (url: string): string => url.replace(MADE_UP_ORIGIN, APP_ORIGIN);

/** Starts Chromium on a profile; others can join it through the port in its DevToolsActivePort file. */
export function launchChromium(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    // The app closes it, as it closes everything else; two who do so get in each other's way.
    handleSIGTERM: false,
    handleSIGINT: false,
    handleSIGHUP: false,
    args: [
      '--remote-debugging-port=0',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A Chromium page with a preload script and the app's scheme. */
export interface ChromiumWindow {
  load(url: string): Promise<void>;
  /** Delivers to `ipcRenderer.on`, in order. */
  send(channel: string, args: unknown[]): void;
  url(): string;
}

export async function openChromiumWindow(
  context: BrowserContext,
  options: { preload: string; handler: () => SchemeHandler; listener: PageListener },
): Promise<ChromiumWindow> {
  const { preload, handler, listener } = options;
  const page = await context.newPage();
  let isLoadedByUs = false;
  let sending: Promise<unknown> = Promise.resolve();

  await page.exposeFunction('__standInSend', (channel: string, args: unknown[]) =>
    listener.message(channel, args),
  );
  await page.addInitScript({ content: preloadScript(readFileSync(preload, 'utf8')) });
  await page.route('**/*', async (route) => {
    const request = route.request();
    if (isNavigation(page, request)) {
      // “No content” leaves the page as it is, like Electron's preventDefault; an aborted request would not.
      if (!isLoadedByUs && !listener.mayNavigate(toApp(request.url()))) return route.fulfill({ status: 204 });
      listener.navigated();
    }
    return answer(route, handler());
  });
  await page.exposeFunction('__standInOpen', listener.windowOpened);
  page.on('popup', (popup) => void popup.close());
  page.on('close', listener.closed);

  return {
    async load(url) {
      isLoadedByUs = true;
      await page.goto(toPage(url));
      isLoadedByUs = false;
    },
    send(channel, args) {
      const deliver = (): Promise<unknown> =>
        page.evaluate(
          ({ name, values }) => (window as unknown as StandInWindow).__standInDeliver?.(name, values),
          { name: channel, values: args },
        );
      // A page that is being left takes nothing more.
      sending = sending.then(deliver).catch(() => undefined);
    },
    url: () => toApp(page.url()),
  };
}

interface StandInWindow {
  __standInDeliver?: (channel: string, args: unknown[]) => void;
}

function isNavigation(page: Page, request: PageRequest): boolean {
  return request.isNavigationRequest() && request.frame() === page.mainFrame();
}

async function answer(route: Route, handler: SchemeHandler): Promise<void> {
  const request = route.request();
  const url = toApp(request.url());
  if (!url.startsWith(APP_ORIGIN)) return route.abort();
  const response = await handler({ url, method: request.method() } as Request);
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/** The preload script as Electron runs it in a sandbox: its `require` gives `electron` and nothing else. */
function preloadScript(code: string): string {
  return `(() => {
    if (window !== window.top) return;
    const listeners = [];
    window.open = (url) => {
      window.__standInOpen(new URL(url, location.href).href);
      return null;
    };
    window.__standInDeliver = (channel, args) => {
      for (const entry of listeners) if (entry.channel === channel) entry.listener({}, ...args);
    };
    const electron = {
      contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }) },
      ipcRenderer: {
        send: (channel, ...args) => void window.__standInSend(channel, args),
        on: (channel, listener) => void listeners.push({ channel, listener }),
      },
    };
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('module not found: ' + name);
    };
    const module = { exports: {} };
    ((exports) => { ${code} })(module.exports);
  })();`;
}
