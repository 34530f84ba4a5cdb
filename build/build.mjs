import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runForeground } from './foreground.mjs';
import { ensureInstalled } from './install.mjs';
import { partNames, staleParts } from './parts.mjs';
import { projectNode, root, runScript } from './project.mjs';

/**
 * Builds those of the named parts whose sources changed. Everything it says goes to standard error.
 * @param {import('./parts.mjs').PartName[]} names
 */
export async function ensureBuilt(names) {
  const stale = staleParts(root, names);
  if (stale.length === 0) return;
  const code = await runForeground(projectNode(), [join(root, 'build/bundle.mjs'), ...stale], {
    cwd: root,
    output: 'stderr',
  });
  if (code !== 0) throw new Error('the build failed: see above.');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    await ensureInstalled();
    const asked = process.argv.slice(2);
    const unknown = asked.filter((name) => !partNames.some((part) => part === name));
    if (unknown.length > 0) {
      throw new Error(`there is no part "${unknown.join('", "')}": the parts are ${partNames.join(', ')}.`);
    }
    await ensureBuilt(asked.length > 0 ? partNames.filter((name) => asked.includes(name)) : partNames);
    return 0;
  });
}
