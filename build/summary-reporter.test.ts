import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-reporter-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the summary counts tests, modules that do not load and stray errors, and gives the reasons of skipped tests', () => {
  writeFileSync(
    join(folder, 'some.test.ts'),
    `import { expect, it } from 'vitest';
     it('passes', () => {});
     it('fails', () => expect(1).toBe(2));
     it('waits for the moon', ({ skip }) => skip('there is no moon'));
     it.skip('is left out', () => {});`,
  );
  writeFileSync(join(folder, 'broken.test.ts'), "throw new Error('does not load');");
  writeFileSync(
    join(folder, 'stray.test.ts'),
    `import { it } from 'vitest';
     it('passes and leaves an error behind', async () => {
       Promise.reject(new Error('stray'));
       await new Promise((resolve) => setImmediate(resolve));
     });`,
  );
  const file = join(folder, 'summary.json');
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--root=${folder}`,
      `--reporter=${join(root, 'build/summary-reporter.mjs')}`,
    ],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, MUSTER_TEST_SUMMARY: file } },
  );
  expect(run.status).toBe(1);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    passed: 2,
    failed: 3,
    skipped: [
      { name: 'some.test.ts: waits for the moon', reason: 'there is no moon' },
      { name: 'some.test.ts: is left out', reason: 'the test gives no reason' },
    ],
  });
});
