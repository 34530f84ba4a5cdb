import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, Session, WebContents } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createMainWindow,
  isAllowedPermission,
  lockNavigation,
  lockPermissions,
  windowOptions,
} from './window.ts';

const paths = { preload: '/app/preload.cjs', icon: '/app/icon.png' };
const state = { x: 1, y: 2, width: 1200, height: 800, maximized: true };

it('walls the page off from Node and from the rest of the system', () => {
  const options = windowOptions(paths, state, true);
  expect(options.webPreferences).toEqual({
    preload: '/app/preload.cjs',
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
    devTools: false,
  });
  expect(options).toMatchObject({ x: 1, y: 2, width: 1200, height: 800, show: false });
});

it('has developer tools in development only', () => {
  expect(windowOptions(paths, state, false).webPreferences?.devTools).toBe(true);
});

/** A page that tells what was done to it. */
function fakeContents() {
  const contents = new EventEmitter();
  let openHandler = (_details: { url: string }): { action: string } => ({ action: 'allow' });
  const opened: string[] = [];
  lockNavigation(
    Object.assign(contents, {
      setWindowOpenHandler(handler: typeof openHandler) {
        openHandler = handler;
      },
    }) as unknown as WebContents,
    (url) => opened.push(url),
  );
  const isStopped = (name: string, url = ''): boolean => {
    let stopped = false;
    contents.emit(name, {
      url,
      preventDefault() {
        stopped = true;
      },
    });
    return stopped;
  };
  return { opened, isStopped, openWindow: (url: string) => openHandler({ url }).action };
}

it('lets the page move inside the interface only, and gives links to the outside to the browser', () => {
  const { isStopped, opened } = fakeContents();
  expect(isStopped('will-navigate', 'app://muster/jobs')).toBe(false);
  expect(isStopped('will-navigate', 'https://example.org/help')).toBe(true);
  expect(isStopped('will-navigate', 'file:///etc/passwd')).toBe(true);
  expect(isStopped('will-redirect', 'https://example.org/elsewhere')).toBe(true);
  expect(opened).toEqual(['https://example.org/help']);
});

it('opens no further windows and no webviews', () => {
  const { isStopped, opened, openWindow } = fakeContents();
  expect(openWindow('https://example.org/')).toBe('deny');
  expect(openWindow('app://muster/')).toBe('deny');
  expect(openWindow('javascript:alert(1)')).toBe('deny');
  expect(opened).toEqual(['https://example.org/']);
  expect(isStopped('will-attach-webview')).toBe(true);
});

it('grants the page the copy button and nothing else', () => {
  expect(isAllowedPermission('clipboard-sanitized-write', 'app://muster/')).toBe(true);
  expect(isAllowedPermission('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'usb',
    'hid',
  ]) {
    expect(isAllowedPermission(permission, 'app://muster/')).toBe(false);
  }
});

it('answers every kind of permission question of a session', () => {
  const handlers: Record<string, (...args: never[]) => unknown> = {};
  const note = (name: string) => (handler: (...args: never[]) => unknown) => {
    handlers[name] = handler;
  };
  lockPermissions({
    setPermissionRequestHandler: note('request'),
    setPermissionCheckHandler: note('check'),
    setDevicePermissionHandler: note('device'),
  } as unknown as Session);
  const ask = (name: string, ...args: unknown[]): unknown => handlers[name]?.(...(args as never[]));
  const contents = { getURL: () => 'app://muster/' };
  let decided: boolean | undefined;
  ask('request', contents, 'media', (granted: boolean) => {
    decided = granted;
  });
  expect(decided).toBe(false);
  expect(ask('check', contents, 'media', 'app://muster/')).toBe(false);
  expect(ask('device', {})).toBe(false);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-window-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('is opened once, shown again when asked for, and keeps its place when it is closed', async () => {
  const made: FakeWindow[] = [];
  const done: string[] = [];
  class FakeWindow extends EventEmitter {
    constructor() {
      super();
      made.push(this);
    }
    isMinimized = () => true;
    isMaximized = () => false;
    getNormalBounds = () => ({ x: 5, y: 6, width: 900, height: 700 });
    maximize = () => done.push('maximize');
    restore = () => done.push('restore');
    show = () => done.push('show');
    focus = () => done.push('focus');
    async loadURL(url: string) {
      done.push(`load ${url}`);
    }
  }
  const window = createMainWindow({
    Window: FakeWindow as unknown as typeof BrowserWindow,
    displayAreas: () => [{ x: 0, y: 0, width: 1920, height: 1080 }],
    isPackaged: true,
    paths: { ...paths, state: join(folder, 'window.json') },
    onProblem: (sentence) => done.push(sentence),
  });
  window.keepState();
  expect(existsSync(join(folder, 'window.json'))).toBe(false);
  window.show();
  expect(done.splice(0)).toEqual(['load app://muster/']);
  made[0]?.emit('ready-to-show');
  window.show();
  window.show('app://muster/jobs');
  expect(made).toHaveLength(1);
  expect(done.splice(0)).toEqual([
    'show',
    'restore',
    'show',
    'focus',
    'restore',
    'show',
    'focus',
    'load app://muster/jobs',
  ]);
  made[0]?.emit('close');
  made[0]?.emit('closed');
  expect(JSON.parse(await readFile(join(folder, 'window.json'), 'utf8'))).toEqual({
    x: 5,
    y: 6,
    width: 900,
    height: 700,
    maximized: false,
  });
  window.show();
  expect(made).toHaveLength(2);
});
