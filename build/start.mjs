import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './build.mjs';
import { findElectron } from './electron-binary.mjs';
import { runForeground } from './foreground.mjs';
import { ensureInstalled } from './install.mjs';
import { callerFolder, projectNode, root, runScript } from './project.mjs';

// npm start [-- options]: installs and builds what is missing, then runs Muster in the foreground.
//   --headless   no window: the interface is served to a browser   (also: MUSTER_NO_ELECTRON=1)
//   --electron   take the time that Electron's download needs
// All other options belong to the control centre.

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt(['agent', 'electron', 'renderer', 'cli']);

  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg !== '--headless' && arg !== '--electron');
  const cwd = callerFolder();
  if (!args.includes('--headless') && !process.env.MUSTER_NO_ELECTRON) {
    const electron = await findElectron({ insist: args.includes('--electron') });
    if ('path' in electron) return runForeground(electron.path, [root, ...options], { cwd });
    process.stderr.write(`muster: no Electron window, ${electron.missing}; starting the headless host.\n`);
  }
  // MQTT.js still calls url.parse, and Node would say so to everybody who starts Muster.
  const nodeOptions = ['--disable-warning=DEP0169'];
  return runForeground(projectNode(), [...nodeOptions, join(root, 'dist/electron/headless.js'), ...options], {
    cwd,
    leash: true,
  });
});
