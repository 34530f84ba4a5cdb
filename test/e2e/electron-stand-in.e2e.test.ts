import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tabTo } from '../support/keyboard.ts';
import { until } from '../support/poll.ts';
import { runMuster } from '../support/test-terminal.ts';

// Runs the built main.js and preload.cjs unchanged, with a stand-in for the module `electron` over a real
// Chromium: it proves their wiring, not Electron's own isolation.

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/electron/main.js');

let dataFolder: string;
let host: Host | undefined;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'muster-electron-'));
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
  rmSync(dataFolder, { recursive: true, force: true });
});

interface Host {
  readonly page: Page;
  readonly child: ChildProcess;
  stderr(): string;
  stop(): Promise<void>;
}

async function startHost(...args: string[]): Promise<Host> {
  for (const part of [main, join(root, 'dist/renderer/index.html')]) {
    if (!existsSync(part)) throw new Error(`${part} is missing: run npm run build first.`);
  }
  const register = join(root, 'test/support/electron-stand-in/register.ts');
  const options = ['--data', dataFolder, '--no-announce', '--json', ...args];
  const child = spawn(process.execPath, ['--import', register, main, root, ...options]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => {
    stdout += part;
  });
  child.stderr.on('data', (part: Buffer) => {
    stderr += part;
  });
  let browser: Browser | undefined;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null || child.signalCode !== null, 'the host to end', 20_000);
    await browser?.close();
  };
  try {
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`The host ended with ${child.exitCode}: ${stderr}`);
        return stdout.includes('"ready":true') && stderr.includes('window shown');
      },
      'the window',
      60_000,
    );
    const port = readFileSync(join(dataFolder, 'window/chromium/DevToolsActivePort'), 'utf8').split('\n')[0];
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const pages = browser.contexts().flatMap((context) => context.pages());
    const page = pages.find((one) => one.url().includes('muster.localhost'));
    if (!page) throw new Error(`There is no page: ${pages.map((one) => one.url()).join()}`);
    return { page, child, stderr: () => stderr, stop };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

it('walks the first run in the window: from nothing to demo devices that run a command', async () => {
  host = await startHost();
  const { page, stderr } = host;
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await heading(page, 'Where are your devices?');
  await tabTo(page, 'Try a demo fleet');
  await page.keyboard.press('Enter');
  await heading(page, 'Try a demo fleet');
  await tabTo(page, 'Start demo');
  await page.keyboard.press('Enter');
  await heading(page, 'Devices');
  await page.getByRole('row', { name: /demo-01.*demo/i }).waitFor();

  // The command line finds this host as it finds the headless one.
  await expect
    .poll(async () => (await runMuster(['devices', '--online', '--json'], dataFolder)).documents().length)
    .toBe(3);
  const run = await runMuster(['run', '--all', '--json', '--', 'echo hello'], dataFolder);
  expect(run.code).toBe(0);
  expect(run.documents()).toMatchObject([{ state: 'succeeded', results: [{}, {}, {}] }]);
  await page.getByRole('link', { name: /^Jobs/ }).first().click();
  await heading(page, 'Jobs');
  await page.getByText('echo hello').first().waitFor();

  // A reload ends the page's session and begins another.
  await page.reload();
  await heading(page, 'Jobs');
  await page.getByText('echo hello').first().waitFor();
  expect(problems).toEqual([]);
  expect(stderr()).toContain('"contextIsolation":true,"sandbox":true,"nodeIntegration":false');
  expect(existsSync(join(dataFolder, 'keychain-secrets.json'))).toBe(true);

  // What a page must not do.
  expect(await page.evaluate('Object.keys(window.muster).join()')).toBe('send,onFrame');
  expect(await page.evaluate('typeof window.require + typeof window.process')).toBe('undefinedundefined');
  await page.evaluate("void (location.href = 'https://example.invalid/away')");
  await expect.poll(stderr).toContain('opened https://example.invalid/away');
  await page.evaluate("void window.open('file:///etc/passwd')");
  await page.evaluate("void window.open('https://example.invalid/new')");
  await expect.poll(stderr).toContain('opened https://example.invalid/new');
  expect(page.url()).toContain('/jobs');
  expect(stderr()).not.toContain('opened file:');
  const blocked = await page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'blocked')");
  expect(blocked).toBe('blocked');

  await host.stop();
  expect(host.child.exitCode).toBe(0);
  expect(existsSync(join(dataFolder, 'control.json'))).toBe(false);
  expect(JSON.parse(readFileSync(join(dataFolder, 'window.json'), 'utf8'))).toMatchObject({
    maximized: false,
  });
});

it('opens the page of a deep link, and says what an enrolment file is for', async () => {
  host = await startHost('muster://settings', '/somewhere/depot.muster');
  await expect.poll(() => host?.page.url()).toContain('/settings');
  await expect.poll(() => host?.stderr()).toContain('muster-agent join FILE');
});

it('says in a box why it cannot start, and ends', async () => {
  host = await startHost();
  const second = spawn(process.execPath, [
    '--import',
    join(root, 'test/support/electron-stand-in/register.ts'),
    main,
    root,
    '--data',
    dataFolder,
  ]);
  let stderr = '';
  second.stderr.on('data', (part: Buffer) => {
    stderr += part;
  });
  await until(() => second.exitCode !== null, 'the second host to end', 30_000);
  expect(second.exitCode).toBe(1);
  expect(stderr).toContain('error box: Muster cannot go on');
});
