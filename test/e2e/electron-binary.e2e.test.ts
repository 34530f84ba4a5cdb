import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Electron's own program where it is installed. */
function electronBinary(): string | undefined {
  const pathFile = join(root, 'node_modules/electron/path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist');
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}

it('runs in the true Electron, walled off from Node, to the first run', async (context) => {
  const executablePath = electronBinary();
  if (!executablePath) {
    context.skip('Electron’s binary is not here (npx install-electron); the stand-in tests the wiring');
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    context.skip('there is no display (xvfb-run gives one); the stand-in tests the wiring');
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'muster-electron-'));
  // Chromium's sandbox does not work for root; everybody else gets it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [...sandbox, root, '--data', dataFolder, '--no-announce'];
  const electron = await _electron.launch({ executablePath: executablePath ?? '', args });
  try {
    const page = await electron.firstWindow();
    await page.getByRole('heading', { level: 1, name: 'Where are your devices?' }).waitFor();
    expect(page.url()).toBe('app://muster/');
    expect(await page.evaluate('typeof window.require + typeof window.process')).toBe('undefinedundefined');
    expect(await page.evaluate('Object.keys(window.muster).sort().join()')).toBe('onFrame,send');
    await page.evaluate("void window.open('file:///etc/hostname')");
    await page.evaluate("void (location.href = 'file:///etc/passwd')");
    expect(electron.windows()).toHaveLength(1);
    expect(page.url()).toBe('app://muster/');
  } finally {
    await electron.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
});
