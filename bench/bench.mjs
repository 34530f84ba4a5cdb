import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt } from '../build/build.mjs';
import { runForeground } from '../build/foreground.mjs';
import { ensureInstalled } from '../build/install.mjs';
import { partNames } from '../build/parts.mjs';
import { projectNode, root, runScript } from '../build/project.mjs';

// npm run bench [-- PART …]: installs and builds what is missing, then measures.

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt(partNames);
  return runForeground(projectNode(), [join(root, 'bench/main.ts'), ...process.argv.slice(2)], { cwd: root });
});
