import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runForeground } from './foreground.mjs';
import { projectNode, root } from './project.mjs';

const typedFolders = ['contract', 'electron', 'agent', 'renderer', 'cli', 'test', 'bench', 'build'];

/**
 * Types of every folder, then format and lint. Each check's complaints are printed as they come.
 * @param {{ fix?: boolean }} [options] fix: let the formatter and the safe lint fixes write
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks({ fix = false } = {}) {
  const results = [];
  for (const folder of typedFolders) {
    if (!existsSync(join(root, folder, 'tsconfig.json')))
      throw new Error(`${folder}/tsconfig.json is missing.`);
    if (!hasSources(folder)) process.stdout.write(`– types ${folder}: nothing there to check\n`);
    else results.push(await check(`types ${folder}`, ['node_modules/typescript/bin/tsc', '-p', folder]));
  }
  const biome = [
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--error-on-warnings',
    '--max-diagnostics=50',
  ];
  results.push(await check('lint', [...biome, ...(fix ? ['--write'] : []), '.']));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

/** @param {string} folder */
function hasSources(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).some((file) =>
    /\.(tsx?|mjs)$/.test(file),
  );
}

/**
 * @param {string} name
 * @param {string[]} command arguments of Node
 */
async function check(name, command) {
  const startedAt = performance.now();
  const ok = (await runForeground(projectNode(), command, { cwd: root })) === 0;
  const tookSeconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${tookSeconds} s)\n`);
  return ok;
}
