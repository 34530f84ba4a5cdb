import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { toErrorBody } from '../contract/lib/errors.ts';
import { readConfig } from './config.ts';
import { createDesktop } from './desktop.ts';
import { makeFolder } from './services/storage/make-folder.ts';
import { ownArguments, pageOfLink } from './shell/addresses.ts';
import { createStartAgent } from './shell/agent-process.ts';
import { servePages } from './shell/ipc-port.ts';
import { createKeychain } from './shell/keychain.ts';
import { menuTemplate, trayTemplate } from './shell/menu.ts';
import { APP_SCHEME, serveApp } from './shell/protocol.ts';
import { checkForUpdates, hasUpdateSource } from './shell/updater.ts';
import { createMainWindow, lockNavigation, lockPermissions } from './shell/window.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

function main(): void {
  const config = readConfig(ownArguments(process.argv, app.isPackaged));
  const { dataFolder } = config;
  // Chromium's own files live beside ours, so that each data folder is an instance of its own.
  const profile = join(dataFolder, 'window');
  makeFolder(profile, 'The folder of the window');
  app.setPath('userData', profile);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }

  protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  const desktop = createDesktop(config, {
    keychain: createKeychain(safeStorage, process.platform),
    startAgent: createStartAgent(utilityProcess, config.agentPath, dataFolder),
  });
  const { onProblem } = desktop;
  const icons = join(here, '../../resources/icons');
  const openExternal = (url: string): void =>
    void shell.openExternal(url).catch((error) => onProblem('A link could not be opened.', error));
  const window = createMainWindow({
    Window: BrowserWindow,
    isPackaged: app.isPackaged,
    displayAreas: () => screen.getAllDisplays().map(({ workArea }) => workArea),
    paths: {
      preload: join(here, 'preload.cjs'),
      icon: join(icons, '256x256.png'),
      state: join(dataFolder, 'window.json'),
    },
    onProblem,
  });
  let tray: Tray | undefined;

  /** Links and files that the system hands to us, also from a second start. */
  const openAll = (targets: readonly string[]): void => {
    window.show(targets.map(pageOfLink).find((page) => page !== undefined));
    const file = targets.find((target) => target.endsWith('.muster'));
    if (!file) return;
    const message =
      'This file lets a device into a site. Copy it to the device and run there: muster-agent join FILE';
    void dialog.showMessageBox({ message, detail: file });
  };

  app.on('web-contents-created', (_event, contents) => lockNavigation(contents, openExternal));
  app.on('second-instance', (_event, argv) => openAll(ownArguments(argv, app.isPackaged)));
  const early: string[] = [...config.open];
  let isReady = false;
  for (const name of ['open-url', 'open-file'] as const) {
    app.on(name as 'open-url', (event, target) => {
      event.preventDefault();
      if (isReady) openAll([target]);
      else early.push(target);
    });
  }
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    window.keepState();
    tray?.destroy();
    const stop = async (): Promise<void> => {
      await desktop.stop();
      app.exit(0);
    };
    stop().catch(fail);
  });

  const begin = async (): Promise<void> => {
    await app.whenReady();
    lockPermissions(session.defaultSession);
    serveApp(protocol, config.rendererFolder);
    servePages(ipcMain, desktop.attach, onProblem);
    await desktop.start();
    if (config.demoDevices > 0) await desktop.ensureDemo(config.demoDevices);
    if (app.isPackaged) app.setAsDefaultProtocolClient('muster');
    const updates = hasUpdateSource(app.isPackaged, process.resourcesPath ?? '');
    const actions = {
      openDataFolder: () => void shell.openPath(dataFolder),
      openInBrowser: () => openExternal(desktop.pageUrl()),
      checkForUpdates: updates ? () => void checkForUpdates(dialog) : undefined,
    };
    const isMac = process.platform === 'darwin';
    const template = menuTemplate(actions, { isMac, isPackaged: app.isPackaged });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    tray = new Tray(join(icons, '24x24.png'));
    tray.setToolTip('Muster');
    const show = (): void => window.show();
    tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(show, () => app.quit())));
    tray.on('click', show);
    isReady = true;
    openAll(early);
    if (config.json) {
      const ready = { ready: true, url: desktop.pageUrl(), data: dataFolder };
      process.stdout.write(`${JSON.stringify(ready)}\n`);
    }
  };
  begin().catch(fail);
}

function fail(error: unknown): void {
  const { message } = toErrorBody(error);
  process.stderr.write(`muster: ${message}\n`);
  dialog.showErrorBox('Muster cannot go on', message);
  app.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
