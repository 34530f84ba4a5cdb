import { fork } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import type { BrowserContext } from 'playwright-core';
import {
  type ChromiumWindow,
  launchChromium,
  openChromiumWindow,
  type SchemeHandler,
} from './chromium-window.ts';

// As much of the module `electron` as main.ts uses, over a real Chromium: it runs the built main and preload
// unchanged. It proves their wiring, not Electron's own isolation. What a test wants to know of calls to the
// system is printed to standard error as `stand-in: …`.

const note = (what: string): void => void process.stderr.write(`stand-in: ${what}\n`);

let browser: BrowserContext | undefined;
const folders = new Map<string, string>();
const windows = new Set<BrowserWindow>();

async function end(code: number): Promise<void> {
  await browser?.close();
  process.exit(code);
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  setPath: (name: string, path: string) => folders.set(name, path),
  requestSingleInstanceLock: () => true,
  setAsDefaultProtocolClient: () => true,
  async whenReady() {
    browser = await launchChromium(join(folders.get('userData') ?? '', 'chromium'));
  },
  exit: (code: number) => void end(code),
  quit() {
    let isPrevented = false;
    app.emit('before-quit', {
      preventDefault() {
        isPrevented = true;
      },
    });
    if (!isPrevented) app.exit(0);
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, app.quit);

export const ipcMain = new EventEmitter();

const handlers = new Map<string, SchemeHandler>();
export const protocol = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme: string, handler: SchemeHandler) => handlers.set(scheme, handler),
};

class WebContents extends EventEmitter {
  window: ChromiumWindow | undefined;
  openHandler: (details: { url: string }) => unknown = () => undefined;
  readonly mainFrame: { readonly url: string };

  constructor() {
    super();
    const url = (): string => this.window?.url() ?? '';
    this.mainFrame = {
      get url() {
        return url();
      },
    };
  }
  getURL = (): string => this.mainFrame.url;
  isDestroyed = (): boolean => false;
  send = (channel: string, ...args: unknown[]): void => this.window?.send(channel, args);
  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.openHandler = handler;
  }
}

interface Options {
  width: number;
  height: number;
  webPreferences: { preload: string } & Record<string, unknown>;
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly #options: Options;
  #opening: Promise<ChromiumWindow> | undefined;

  constructor(options: Options) {
    super();
    this.#options = options;
    const { preload: _preload, ...preferences } = options.webPreferences;
    note(`window ${JSON.stringify(preferences)}`);
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.#opening ??= this.#open();
    await (await this.#opening).load(url);
    this.emit('ready-to-show');
  }
  async #open(): Promise<ChromiumWindow> {
    if (!browser) throw new Error('a window before the app is ready');
    const contents = this.webContents;
    const handler = (): SchemeHandler => handlers.get('app') ?? (() => new Response(null, { status: 404 }));
    const opened = await openChromiumWindow(browser, {
      preload: this.#options.webPreferences.preload,
      handler,
      listener: {
        message: (channel, args) =>
          ipcMain.emit(channel, { sender: contents, senderFrame: contents.mainFrame }, ...args),
        navigated: () => contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false }),
        mayNavigate(url) {
          let isPrevented = false;
          contents.emit('will-navigate', {
            url,
            preventDefault() {
              isPrevented = true;
            },
          });
          return !isPrevented;
        },
        windowOpened: (url) => void contents.openHandler({ url }),
        closed: () => {
          this.emit('close');
          this.emit('closed');
          contents.emit('destroyed');
          windows.delete(this);
          if (windows.size === 0) app.emit('window-all-closed');
        },
      },
    });
    contents.window = opened;
    return opened;
  }
  show = (): void => note('window shown');
  focus = (): void => undefined;
  restore = (): void => undefined;
  maximize = (): void => undefined;
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => false;
  getNormalBounds = (): object => ({ x: 0, y: 0, width: this.#options.width, height: this.#options.height });
}

const key = Buffer.alloc(32, 7);
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  async encryptStringAsync(text: string) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  async decryptStringAsync(sealed: Buffer) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return { result: text.toString('utf8'), shouldReEncrypt: false };
  },
};

export const dialog = {
  showErrorBox: (title: string, text: string) => note(`error box: ${title}: ${text}`),
  async showMessageBox({ message, buttons = [] }: { message: string; buttons?: string[] }) {
    note(`message box: ${message}`);
    return { response: Math.max(0, buttons.length - 1) };
  },
};
export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown[]) => note(`menu with ${menu.length} parts`),
};
export class Tray extends EventEmitter {
  setToolTip = (): void => undefined;
  setContextMenu = (): void => undefined;
  destroy = (): void => undefined;
}
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
  },
};
export const shell = {
  openExternal: async (url: string) => note(`opened ${url}`),
  openPath: async (path: string) => note(`opened ${path}`),
};
export const utilityProcess = {
  fork(path: string, args: string[]) {
    const child = fork(path, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    process.on('exit', () => child.kill());
    return child;
  },
};
