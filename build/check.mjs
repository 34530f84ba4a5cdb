import process from 'node:process';
import { runChecks } from './checks.mjs';
import { ensureInstalled } from './install.mjs';
import { runScript } from './project.mjs';

// npm run check [-- --fix]: types, format and lint of the whole project.

await runScript(async () => {
  await ensureInstalled();
  const { passed, failed } = await runChecks({ fix: process.argv.includes('--fix') });
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});
