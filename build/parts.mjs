import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the build makes. `entries` are the sources that must exist, `folders` the inputs whose content decides
 * whether the part is stale, `outputs` the files that the rest relies on.
 * @typedef {{ folders: string[], entries: string[], outputs: string[] }} Part
 * @typedef {'agent' | 'electron' | 'cli' | 'renderer'} PartName
 * @type {Record<PartName, Part>}
 */
export const parts = {
  agent: {
    folders: ['contract', 'agent', 'resources'],
    entries: ['agent/main.ts'],
    outputs: ['dist/agent/muster-agent.cjs'],
  },
  electron: {
    folders: ['contract', 'electron', 'resources'],
    entries: ['electron/headless.ts', 'electron/main.ts', 'electron/preload.ts'],
    outputs: ['dist/electron/headless.js', 'dist/electron/main.js', 'dist/electron/preload.cjs'],
  },
  cli: {
    folders: ['contract', 'cli'],
    entries: ['cli/main.ts'],
    outputs: ['dist/cli/muster.js'],
  },
  renderer: {
    folders: ['contract', 'renderer'],
    entries: ['renderer/index.html', 'renderer/main.tsx'],
    outputs: ['dist/renderer/index.html'],
  },
};

export const partNames = /** @type {PartName[]} */ (Object.keys(parts));

/** Where the build records what each part was made from. */
export const recordFile = 'dist/build.json';

const commonInputs = ['package.json', 'package-lock.json', 'build/bundle.mjs', 'build/parts.mjs'];
const notBuilt = /\.test\.tsx?$|\.md$|^tsconfig\.json$/;

/**
 * A hash over names and contents of everything that a part is built from.
 * @param {string} folder the checkout
 * @param {PartName} name
 */
export function fingerprint(folder, name) {
  const hash = createHash('sha256');
  const files = [...commonInputs, ...parts[name].folders.flatMap((input) => sourceFiles(folder, input))];
  for (const file of files) {
    const content = existsSync(join(folder, file)) ? readFileSync(join(folder, file)) : Buffer.alloc(0);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * The parts whose sources are not those of the last build, or whose output is gone.
 * @param {string} folder the checkout
 * @param {PartName[]} names
 */
export function staleParts(folder, names) {
  const record = readRecord(folder);
  return names.filter(
    (name) =>
      !parts[name].outputs.every((output) => existsSync(join(folder, output))) ||
      record[name] !== fingerprint(folder, name),
  );
}

/**
 * The fingerprint of each part at its last build; empty when there was none.
 * @param {string} folder the checkout
 * @returns {Partial<Record<PartName, string>>}
 */
export function readRecord(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, recordFile), 'utf8'));
  } catch {
    return {}; // absent or cut short: everything counts as stale and is built again
  }
}

/**
 * @param {string} folder
 * @param {string} input
 * @returns {string[]}
 */
function sourceFiles(folder, input) {
  const entries = existsSync(join(folder, input))
    ? readdirSync(join(folder, input), { withFileTypes: true })
    : [];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${input}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : sourceFiles(folder, path);
      return notBuilt.test(entry.name) ? [] : [path];
    });
}
