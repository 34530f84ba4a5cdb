import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './build.mjs';
import { runForeground } from './foreground.mjs';
import { ensureInstalled } from './install.mjs';
import { callerFolder, projectNode, root, runScript } from './project.mjs';

// npm run -s muster -- …: the command line from a checkout, in the caller's folder.

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt(['cli']);
  return runForeground(projectNode(), [join(root, 'dist/cli/muster.js'), ...process.argv.slice(2)], {
    cwd: callerFolder(),
  });
});
