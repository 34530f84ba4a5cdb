import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { runForeground } from './foreground.mjs';
import { projectNode, root } from './project.mjs';

const downloadLimitMs = 60_000;
const insistedLimitMs = 15 * 60_000;
const tryAgainAfterMs = 24 * 3_600_000;

/**
 * Electron's executable, downloading it when it can be had; otherwise one clause that says why there is none.
 * @param {{ insist: boolean }} options insist: the person asked for Electron by name, so take the time
 * @returns {Promise<{ path: string } | { missing: string }>}
 */
export async function findElectron({ insist }) {
  const unusable = whyNoWindow();
  if (unusable) return { missing: unusable };
  const present = installedElectron();
  if (present) return { path: present };

  const failedBefore = join(root, 'node_modules/.cache/muster/electron-unavailable');
  if (!insist && existsSync(failedBefore) && Date.now() - statSync(failedBefore).mtimeMs < tryAgainAfterMs) {
    return { missing: 'its binary could not be downloaded in the last 24 hours (--electron tries again)' };
  }
  process.stderr.write('muster: downloading Electron …\n');
  const installer = join(root, 'node_modules/electron/install.js');
  const code = existsSync(installer)
    ? await runForeground(projectNode(), [installer], {
        cwd: root,
        output: insist ? 'stderr' : 'none',
        timeoutMs: insist ? insistedLimitMs : downloadLimitMs,
      })
    : 1;
  const downloaded = code === 0 ? installedElectron() : undefined;
  if (downloaded) {
    rmSync(failedBefore, { force: true });
    return { path: downloaded };
  }
  try {
    mkdirSync(dirname(failedBefore), { recursive: true });
    writeFileSync(failedBefore, '');
  } catch {
    // Not ours to write to: then the next start tries the download again, and that is all.
  }
  return { missing: 'its binary is not here and could not be downloaded' };
}

/** Electron's executable when it is on the disk. */
function installedElectron() {
  const pathFile = join(root, 'node_modules/electron/path.txt');
  const { ELECTRON_OVERRIDE_DIST_PATH: otherFolder } = process.env;
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const path = otherFolder
    ? join(otherFolder, name ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'))
    : name && join(root, 'node_modules/electron/dist', name);
  return path && existsSync(path) ? path : undefined;
}

function whyNoWindow() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid?.() === 0) return 'its sandbox does not work for root';
  return undefined;
}
