import type { MenuItemConstructorOptions } from 'electron';

/** What the menu can do beyond the system's own roles. */
export interface MenuActions {
  openDataFolder(): void;
  openInBrowser(): void;
  /** Absent where there is nowhere to look for updates. */
  checkForUpdates?: (() => void) | undefined;
}

/** The native menu; every item works. Developer tools exist in development only. */
export function menuTemplate(
  { openDataFolder, openInBrowser, checkForUpdates }: MenuActions,
  { isMac, isPackaged }: { isMac: boolean; isPackaged: boolean },
): MenuItemConstructorOptions[] {
  const developer: MenuItemConstructorOptions[] = isPackaged ? [] : [{ role: 'toggleDevTools' }];
  const update = checkForUpdates ? [{ label: 'Check for Updates …', click: checkForUpdates }] : [];
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open in &Browser', accelerator: 'CmdOrCtrl+Shift+B', click: openInBrowser },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...developer,
        { type: 'separator' },
        ...(['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const).map((role) => ({ role })),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Open &Data Folder', click: openDataFolder },
        ...update,
        ...(isMac ? [] : [{ role: 'about' as const }]),
      ],
    },
  ];
}

/** The tray's menu: to find the window again, and to end. */
export function trayTemplate(show: () => void, quit: () => void): MenuItemConstructorOptions[] {
  return [{ label: 'Show Muster', click: show }, { type: 'separator' }, { label: 'Quit', click: quit }];
}
