import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { holdBuildLock } from './build-lock.mjs';
import { fingerprint, partNames, parts, readRecord, recordFile, staleParts } from './parts.mjs';
import { root, runScript } from './project.mjs';

const agentLimitBytes = 1_500_000;

// Optional accelerators of ws and ssh2: both are loaded in a try block and have JavaScript stand-ins.
const optionalNatives = ['bufferutil', 'utf-8-validate', 'cpu-features', '*.node'];

/** @satisfies {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  logLevel: /** @type {const} */ ('warning'),
  legalComments: /** @type {const} */ ('eof'),
  metafile: /** @type {const} */ (true),
};

// CommonJS packages inside an ES module bundle still call require, and look beside their own file.
const requireBanner = [
  "import { createRequire as bundleCreateRequire } from 'node:module';",
  "import { dirname as bundleDirname } from 'node:path';",
  "import { fileURLToPath as bundleFileURLToPath } from 'node:url';",
  'const require = bundleCreateRequire(import.meta.url);',
  'const __filename = bundleFileURLToPath(import.meta.url);',
  'const __dirname = bundleDirname(__filename);',
].join('\n');

/**
 * How each part is made, into a folder of its own that replaces the previous one when it is complete.
 * @type {Record<import('./parts.mjs').PartName, (folder: string) => Promise<void>>}
 */
const makers = {
  async agent(folder) {
    const outfile = join(folder, 'muster-agent.cjs');
    const { metafile } = await build({
      ...common,
      entryPoints: ['agent/main.ts'],
      outfile,
      format: 'cjs',
      target: 'node18',
      minify: true,
      keepNames: false,
      external: optionalNatives,
      banner: { js: '#!/usr/bin/env node' },
      plugins: [zodByName],
    });
    chmodSync(outfile, 0o755);
    const natives = Object.values(metafile.outputs)
      .flatMap((output) => output.imports.map((entry) => entry.path))
      .filter((path) => path.endsWith('.node') || path === 'cpu-features');
    if (natives.length > 0)
      throw new Error(`the agent must be pure JavaScript but loads ${natives.join(', ')}.`);
    const { size } = statSync(outfile);
    if (size > agentLimitBytes) {
      throw new Error(
        `the agent is ${size} bytes; a device gets at most ${agentLimitBytes}. Drop a dependency.`,
      );
    }
  },

  async electron(folder) {
    const workers = readdirSync(join(root, 'electron'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-worker.ts'))
      .map((file) => `electron/${file}`);
    // All flat in one folder: code that starts a worker finds it beside whichever file it was bundled into.
    await build({
      ...common,
      entryPoints: Object.fromEntries(
        ['electron/headless.ts', 'electron/main.ts', ...workers].map((file) => [basename(file, '.ts'), file]),
      ),
      outdir: folder,
      format: 'esm',
      target: 'node24',
      splitting: true,
      chunkNames: '[name]-[hash]',
      external: ['electron', ...optionalNatives],
      banner: { js: requireBanner },
    });
    await build({
      ...common,
      entryPoints: ['electron/preload.ts'],
      outfile: join(folder, 'preload.cjs'),
      format: 'cjs',
      target: 'node24',
      external: ['electron'],
    });
  },

  async cli(folder) {
    const outfile = join(folder, 'muster.js');
    await build({
      ...common,
      entryPoints: ['cli/main.ts'],
      outfile,
      format: 'esm',
      target: 'node20',
      external: optionalNatives,
      banner: { js: `#!/usr/bin/env node\n${requireBanner}` },
    });
    chmodSync(outfile, 0o755);
  },

  async renderer(folder) {
    const { build: viteBuild } = await import('vite');
    await viteBuild({
      configFile: join(root, 'renderer/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true },
    });
  },
};

/**
 * esbuild keeps all of zod, languages included, when its namespace object `z` is imported, and only what is used when
 * the module is: on a device that is 5 MB of memory.
 * @type {import('esbuild').Plugin}
 */
const zodByName = {
  name: 'zod-by-name',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](contract|agent)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace("import { z } from 'zod';", "import * as z from 'zod';"),
      loader: 'ts',
    }));
  },
};

/** @param {import('./parts.mjs').PartName} name */
async function make(name) {
  const missing = parts[name].entries.filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`nothing to build ${name} from: ${missing.join(' and ')} missing.`);
  const startedAt = performance.now();
  const source = fingerprint(root, name);
  const folder = join(root, 'dist', name);
  const fresh = join(root, 'dist', `.new-${name}`);
  const previous = join(root, 'dist', `.old-${name}`);
  for (const leftover of [fresh, previous]) rmSync(leftover, { recursive: true, force: true });
  try {
    await makers[name](fresh);
    if (existsSync(folder)) renameSync(folder, previous);
    renameSync(fresh, folder);
  } finally {
    for (const leftover of [fresh, previous]) rmSync(leftover, { recursive: true, force: true });
  }
  writeFileSync(
    join(root, recordFile),
    `${JSON.stringify({ ...readRecord(root), [name]: source }, undefined, 2)}\n`,
  );
  const tookSeconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stderr.write(`built ${name} in ${tookSeconds} s\n`);
}

await runScript(async () => {
  const asked = process.argv.slice(2);
  mkdirSync(join(root, 'dist'), { recursive: true });
  const releaseLock = await holdBuildLock(join(root, 'dist/.build-lock'));
  try {
    let failed = 0;
    // Another build may have done the work while this one waited for the lock.
    for (const name of staleParts(
      root,
      partNames.filter((part) => asked.includes(part)),
    )) {
      try {
        await make(name);
      } catch (error) {
        failed += 1;
        process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
    return failed === 0 ? 0 : 1;
  } finally {
    releaseLock();
  }
});
