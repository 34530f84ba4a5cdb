import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { joinTestAgent, type TestAgent } from '../support/agent-process.ts';
import { openBrowser, seriousFindings } from '../support/browser.ts';
import { tabTo } from '../support/keyboard.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { type MusterProcess, startMuster } from '../support/muster-process.ts';

const MAC = '02AA00000001';
const SCREENS = [
  ['h', 'Dashboard'],
  ['a', 'Alarms'],
  ['d', 'Devices'],
  ['j', 'Jobs'],
  ['l', 'Audit log'],
  ['u', 'Users'],
  ['b', 'Plant Süd'],
  ['s', 'Settings'],
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A new control centre and its first page. */
async function openFirstRun(colorScheme: 'light' | 'dark' = 'light') {
  const muster = await startMuster({});
  const context = await browser.newContext({
    acceptDownloads: true,
    colorScheme,
    viewport: { width: 1024, height: 640 },
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(muster.url);
  await heading(page, 'Where are your devices?');
  return { muster, page, problems, close: () => closeAll(muster, () => context.close()) };
}

async function closeAll(muster: MusterProcess, closePage: () => Promise<void>): Promise<void> {
  await closePage();
  await muster.stop();
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

describe('the first run', () => {
  it('leads by keyboard alone from nothing to a linked device on screen within a minute', async () => {
    const { page, problems, close } = await openFirstRun();
    let agent: TestAgent | undefined;
    try {
      const startedMs = performance.now();
      expect(page.url()).not.toContain('token');
      expect(await seriousFindings(page)).toEqual([]);

      await tabTo(page, 'Start a site here');
      await page.keyboard.press('Enter');
      await heading(page, 'Start a site here');
      await tabTo(page, 'Name of the site');
      await page.keyboard.press('Enter');
      await page.getByText('Give the site a name.').waitFor();
      await page.keyboard.type('Plant Süd');
      await tabTo(page, 'Advanced');
      await page.keyboard.press('Enter');
      await tabTo(page, 'Port for devices');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('0');
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Enter');

      await heading(page, 'Add your first device');
      await page.getByText('Waiting for a device to appear').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await tabTo(page, 'Save file');
      const downloading = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('plant-sued.muster');
      const enrolment = EnrolmentFile.parse(JSON.parse(await readFile(await download.path(), 'utf8')));

      agent = await joinTestAgent({ enrolment, mac: MAC });
      agent.start();
      await page.getByRole('button', { name: 'Link device' }).waitFor();
      await page.getByText('02:AA:00:00:00:01').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await tabTo(page, 'Link device');
      await page.keyboard.press('Enter');
      await tabTo(page, 'Go to the dashboard');
      await page.keyboard.press('Enter');

      await heading(page, 'Dashboard');
      await page.getByRole('row', { name: /02AA00000001.*online/ }).waitFor();
      expect(performance.now() - startedMs).toBeLessThan(60_000);

      for (const [key, title] of SCREENS) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await heading(page, title);
        expect([title, await seriousFindings(page)]).toEqual([title, []]);
      }
      await page.keyboard.press('Control+k');
      await page.keyboard.type('02aa');
      await page.getByRole('option', { selected: true }).filter({ hasText: MAC }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/devices/${MAC}`);
      await page.reload();
      await page.getByText('02AA00000001').first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await agent?.remove();
      await close();
    }
  });

  it('names the stage at which a broker cannot be joined, and joins it once it can', async () => {
    const { page, close } = await openFirstRun('dark');
    const mosquitto = await startMosquitto();
    try {
      await tabTo(page, 'Join a broker');
      await page.keyboard.press('Enter');
      await tabTo(page, 'Broker address');
      await page.keyboard.type('mqtt://127.0.0.1:9');
      await tabTo(page, 'Test connection');
      await page.keyboard.press('Enter');
      await page.getByText('TCP failed').waitFor();
      expect(await seriousFindings(page)).toEqual([]);

      await tabTo(page, 'Broker address', 'Shift+Tab');
      await page.keyboard.press('Control+A');
      await page.keyboard.type(mosquitto.url('mqtt', '127.0.0.1'));
      await tabTo(page, 'Test connection');
      await page.keyboard.press('Enter');
      await page.getByText('Rights', { exact: true }).waitFor();
      expect(await page.getByText('failed').count()).toBe(0);
      await tabTo(page, 'Join broker', 'Shift+Tab');
      await page.keyboard.press('Enter');
      await heading(page, 'Add your first device');
      expect(await seriousFindings(page)).toEqual([]);
    } finally {
      await mosquitto.stop();
      await close();
    }
  });

  it('shows a demo fleet as such, and says so when the control centre goes away', async () => {
    const { page, muster, close } = await openFirstRun();
    let stopped = false;
    try {
      await tabTo(page, 'Try a demo fleet');
      await page.keyboard.press('Enter');
      await heading(page, 'Try a demo fleet');
      expect(await seriousFindings(page)).toEqual([]);
      await tabTo(page, 'Start demo');
      await page.keyboard.press('Enter');
      await heading(page, 'Devices');
      await page.getByRole('row', { name: /demo-01.*demo/i }).waitFor();
      expect(await page.getByText('demo', { exact: true }).count()).toBeGreaterThan(0);

      stopped = true;
      await muster.stop();
      await page.getByText('Reconnecting to the control centre').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    } finally {
      if (stopped) await page.context().close();
      else await close();
    }
  });
});
