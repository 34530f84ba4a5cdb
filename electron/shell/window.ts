import type { BrowserWindow, BrowserWindowConstructorOptions, Session, WebContents } from 'electron';
import { APP_ORIGIN, externalUrl, isAppUrl } from './addresses.ts';
import { type DisplayArea, readWindowState, type WindowState, writeWindowState } from './window-state.ts';

/** How the one window is made: the page is walled off from Node and can only call what preload.ts exposes. */
export function windowOptions(
  paths: { preload: string; icon: string },
  state: WindowState,
  isPackaged: boolean,
): BrowserWindowConstructorOptions {
  const { maximized: _maximized, ...bounds } = state;
  return {
    ...bounds,
    minWidth: 760,
    minHeight: 480,
    title: 'Muster',
    icon: paths.icon,
    show: false,
    webPreferences: {
      preload: paths.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  };
}

/** Keeps a page where it is: links to the outside go to the person's browser, everything else nowhere. */
export function lockNavigation(contents: WebContents, openExternal: (url: string) => void): void {
  const leave = (url: string): void => {
    const outside = externalUrl(url);
    if (outside) openExternal(outside);
  };
  for (const name of ['will-navigate', 'will-redirect'] as const) {
    contents.on(name as 'will-navigate', (event) => {
      if (isAppUrl(event.url)) return;
      event.preventDefault();
      if (name === 'will-navigate') leave(event.url);
    });
  }
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    leave(url);
    return { action: 'deny' };
  });
}

/** The only thing that a page may ask of the system: to put text on the clipboard, for “copy” buttons. */
export function isAllowedPermission(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isAppUrl(url);
}

export function lockPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) =>
    decide(isAllowedPermission(permission, contents.getURL())),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isAllowedPermission(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** The one window, which is opened when it is first shown. */
export interface MainWindow {
  /** Brings it to the front, on a page of the interface or where it is. */
  show(page?: string): void;
  /** Notes where the window is; closing it does so by itself. */
  keepState(): void;
}

/** `onProblem` gets a sentence when the page cannot be loaded. */
export function createMainWindow(options: {
  Window: typeof BrowserWindow;
  displayAreas: () => DisplayArea[];
  isPackaged: boolean;
  paths: { preload: string; icon: string; state: string };
  onProblem: (sentence: string, error: unknown) => void;
}): MainWindow {
  const { Window, displayAreas, isPackaged, paths, onProblem } = options;
  let window: BrowserWindow | undefined;

  const keepState = (): void => {
    if (window)
      writeWindowState(paths.state, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const open = (): BrowserWindow => {
    const state = readWindowState(paths.state, displayAreas());
    const opened = new Window(windowOptions(paths, state, isPackaged));
    if (state.maximized) opened.maximize();
    opened.once('ready-to-show', () => opened.show());
    opened.on('close', keepState);
    opened.on('closed', () => {
      window = undefined;
    });
    return opened;
  };

  return {
    keepState,
    show(page) {
      const target = page ?? (window ? undefined : `${APP_ORIGIN}/`);
      if (window?.isMinimized()) window.restore();
      window?.show();
      window?.focus();
      window ??= open();
      if (!target) return;
      window.loadURL(target).catch((error) => onProblem('The window could not load its page.', error));
    },
  };
}
