import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './build.mjs';
import { runChecks } from './checks.mjs';
import { ensureTestTools } from './debian-packages.mjs';
import { runForeground } from './foreground.mjs';
import { ensureInstalled } from './install.mjs';
import { partNames } from './parts.mjs';
import { projectNode, root, runScript } from './project.mjs';

// npm test [-- vitest arguments]: everything; with arguments, only the tests that they choose.

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Summary */

await runScript(async () => {
  await ensureInstalled();
  const missingTools = await ensureTestTools();
  const chosen = process.argv.slice(2);

  const counts = { passed: 0, failed: 0 };
  try {
    await ensureBuilt(partNames);
    process.stdout.write('✓ build\n');
    counts.passed += 1;
  } catch (error) {
    process.stdout.write(`✗ build: ${error instanceof Error ? error.message : String(error)}\n`);
    counts.failed += 1;
  }
  if (chosen.length === 0) {
    const checks = await runChecks();
    counts.passed += checks.passed;
    counts.failed += checks.failed;
  } else {
    process.stdout.write('Types and lint are left out because tests were chosen.\n');
  }
  const tests = await runVitest(chosen);
  counts.passed += tests.passed;
  counts.failed += tests.failed;

  for (const sentence of missingTools) process.stdout.write(`Not tested here: ${sentence}\n`);
  for (const { name, reason } of tests.skipped) process.stdout.write(`Skipped: ${name} (${reason})\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${tests.skipped.length} skipped\n`);
  return counts.failed === 0 ? 0 : 1;
});

/**
 * @param {string[]} args
 * @returns {Promise<Summary>}
 */
async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  const file = join(folder, 'summary.json');
  try {
    const code = await runForeground(
      projectNode(),
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        `--reporter=${join(root, 'build/summary-reporter.mjs')}`,
        ...args,
      ],
      { cwd: root, env: { ...process.env, MUSTER_TEST_SUMMARY: file } },
    );
    /** @type {Summary} */
    const summary = JSON.parse(readFileSync(file, 'utf8'));
    // vitest may fail for a reason that belongs to no test, such as finding none or an error outside of all.
    return code !== 0 && summary.failed === 0 ? { ...summary, failed: 1 } : summary;
  } catch (error) {
    process.stdout.write(
      `✗ vitest ended without a summary: ${error instanceof Error ? error.message : error}\n`,
    );
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
