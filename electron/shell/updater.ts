import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialog } from 'electron';

/** Whether the organisation that packed this program said where its updates are. */
export function hasUpdateSource(isPackaged: boolean, resourcesFolder: string): boolean {
  return isPackaged && existsSync(join(resourcesFolder, 'app-update.yml'));
}

/** Looks for an update only now, when the person asked for it, and asks again before it is loaded and installed. */
export async function checkForUpdates(dialog: Pick<Dialog, 'showMessageBox'>): Promise<void> {
  const { autoUpdater } = (await import('electron-updater')).default;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  const say = async (message: string, ...buttons: string[]): Promise<boolean> =>
    (await dialog.showMessageBox({ message, buttons: [...buttons, 'Close'], cancelId: buttons.length }))
      .response < buttons.length;
  try {
    const found = await autoUpdater.checkForUpdates();
    if (!found?.isUpdateAvailable) {
      await say('This is the newest version.');
    } else if (await say(`Version ${found.updateInfo.version} is there. Load it?`, 'Load')) {
      await autoUpdater.downloadUpdate();
      if (await say('It is loaded. Muster ends, installs it and starts again.', 'Install Now'))
        autoUpdater.quitAndInstall();
    }
  } catch (error) {
    await say(`The update could not be had: ${error instanceof Error ? error.message : String(error)}`);
  }
}
