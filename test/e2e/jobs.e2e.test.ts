import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, openInterface, seriousFindings } from '../support/browser.ts';
import { type MusterProcess, startMuster } from '../support/muster-process.ts';

const DEVICES = 3;
const WAIT_MS = 20_000;

let muster: MusterProcess;
let browser: Browser;
let folder: string;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [muster, browser] = await Promise.all([startMuster({ demo: DEVICES }), openBrowser()]);
  folder = mkdtempSync(join(tmpdir(), 'muster-jobs-'));
});
afterAll(async () => {
  await browser?.close();
  await muster?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  ({ page, problems } = await openInterface(browser, muster.url));
  page.setDefaultTimeout(WAIT_MS);
});
afterEach(async () => {
  await page.context().close();
  expect(problems).toEqual([]);
});

/** Opens the sheet with the cursor in the command field. */
async function openSheet(): Promise<Locator> {
  await page.getByRole('link', { name: /^Jobs/ }).first().click();
  await page.getByRole('button', { name: 'Run command' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Command', { exact: true }).waitFor();
  await sheet.getByRole('button', { name: `Choose all ${DEVICES} linked` }).waitFor();
  return sheet;
}

/** Runs a command on all devices, or on the first one, and opens its job. */
async function runCommand(command: string, where: 'all' | 'one' = 'all'): Promise<void> {
  const sheet = await openSheet();
  await sheet.getByLabel('Command', { exact: true }).fill(command);
  if (where === 'all') await sheet.getByRole('button', { name: /^Choose all/ }).click();
  else await sheet.getByRole('checkbox', { name: 'Select this row' }).first().click();
  await sheet
    .getByRole('button', { name: where === 'all' ? `Run on ${DEVICES} devices` : 'Run on 1 device' })
    .click();
  await sheet.getByRole('button', { name: 'Open job' }).click();
  await page.getByRole('heading', { level: 1, name: /^Run / }).waitFor();
}

const results = (): Locator => page.getByRole('toolbar', { name: 'Results' });
const soon = { timeout: WAIT_MS };
const row = (name: RegExp): Locator => results().getByRole('button', { name });

/** Exports the job that is open and reads the file. */
async function exported(kind: string): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: kind }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

test('a command is run by keyboard alone, its output is live, and identical results are one line', async () => {
  const sheet = await openSheet();
  await page.keyboard.type(`echo begun; while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo ended`);
  await page.keyboard.press('Control+Enter');
  // No device is chosen yet, so the cursor is in the search of the second step.
  await expect
    .poll(
      () =>
        sheet.getByLabel('Name, MAC, address, label').evaluate((field) => field === document.activeElement),
      soon,
    )
    .toBe(true);
  await page.keyboard.type('demo');
  await sheet.getByRole('grid', { name: 'Devices to choose' }).focus();
  await page.keyboard.press('Control+a');
  await sheet.getByText(`${DEVICES} chosen`).waitFor();
  await page.keyboard.press('Control+Enter');
  const button = sheet.getByRole('button', { name: `Run on ${DEVICES} devices` });
  await expect.poll(() => button.evaluate((node) => node === document.activeElement), soon).toBe(true);
  await page.keyboard.press('Control+Enter');

  await sheet.getByText(`${DEVICES} running`).waitFor();
  await expect
    .poll(() => sheet.getByRole('list', { name: 'Devices' }).getByText('begun').count(), soon)
    .toBe(DEVICES);
  await sheet.getByRole('button', { name: 'Open job' }).press('Enter');
  await row(/demo-01: running/).click();
  const pane = page.getByRole('region', { name: 'stdout of demo-01' });
  await pane.getByText('begun').waitFor();
  expect(await pane.getByText('ended').count()).toBe(0);

  await page.mouse.move(0, 0);
  writeFileSync(join(folder, 'go'), '');
  await row(new RegExp(`^${DEVICES} identical: succeeded`)).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test('one device that fails is told apart, compared, retried alone and exported', async () => {
  // The first to make the folder fails; it is there when the command is repeated.
  await runCommand(
    `if mkdir ${folder}/once 2>/dev/null; then echo half; echo no such part >&2; exit 3; fi; printf 'one\\ntwo\\n'`,
  );
  await row(/^2 identical: succeeded\. one/).waitFor();
  const failed = row(/failed\. .*no such part/);
  await failed.click();
  await page.getByText('exit code 3').waitFor();

  await page.getByText(/^Difference to the 2 identical/).click();
  const table = page.getByRole('table').filter({ hasText: 'half' });
  await table.waitFor();
  expect(await table.getByRole('row').filter({ hasText: '+' }).allInnerTexts()).toHaveLength(1);
  expect(await seriousFindings(page)).toEqual([]);

  const report = await exported('CSV, one line a device');
  expect(report.split('\r\n').filter((line) => line.includes(',failed,3,'))).toHaveLength(1);
  expect(JSON.parse(await exported('JSON, everything that is known'))).toMatchObject({
    op: 'shell.run',
    total: DEVICES,
    counts: { succeeded: 2, failed: 1 },
  });

  await page.getByRole('button', { name: 'Retry 1 failed' }).click();
  await page.getByRole('heading', { level: 1, name: /on 1 device$/ }).waitFor();
  await page.getByText('repeats').waitFor();
  await row(/: succeeded/).waitFor();
});

test('twenty megabytes are kept in part, and every place says how much', async () => {
  await runCommand('head -c 20000000 /dev/zero | tr "\\0" "x" | fold -w 99; echo the end', 'one');
  await row(/: succeeded/).waitFor();
  await page.getByText(/Kept 4\.5 MB of 20\.2 MB: the first 4\.2 MB and the last 262 kB\./).waitFor();
  await page.getByRole('button', { name: 'Show more' }).waitFor();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what was kept' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text).toContain('were not kept]');
  expect(text.endsWith('the end\n')).toBe(true);
  expect(text.length).toBeGreaterThan(4_400_000);
});

test('binary output is shown as bytes and downloaded exactly', async () => {
  await runCommand("printf '\\000\\001\\377MUSTER'", 'one');
  await page.getByText('This is no text but 9 B of binary data.').waitFor();
  await page.getByText('00 01 ff 4d 55 53 54 45').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what was kept' }).click();
  expect(readFileSync(await (await download).path())).toEqual(
    Buffer.from('\u0000\u0001\u00ffMUSTER', 'latin1'),
  );
});

test('a command without an end is cancelled, and says so', async () => {
  await runCommand('echo on and on; sleep 100000');
  await page.getByRole('button', { name: `${DEVICES} running` }).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`${DEVICES} devices are told to end it`).waitFor();
  await dialog.getByRole('button', { name: `Cancel on ${DEVICES} devices` }).click();
  await page.getByRole('button', { name: `${DEVICES} cancelled` }).waitFor();
  await page.getByText(new RegExp(`^All ${DEVICES} done in`)).waitFor();
});

test('a missing interpreter, a syntax error and an unknown user each give their true reason', async () => {
  await runCommand('if then', 'one');
  await row(/failed\. .*[Ss]yntax error/).waitFor();

  const advanced = async (field: string, value: string): Promise<void> => {
    const sheet = await openSheet();
    await sheet.getByLabel('Command', { exact: true }).fill('true');
    await sheet.getByRole('button', { name: /^Advanced/ }).click();
    await sheet.getByLabel(field, { exact: true }).fill(value);
    await sheet.getByRole('checkbox', { name: 'Select this row' }).first().click();
    await sheet.getByRole('button', { name: 'Run on 1 device' }).click();
    await sheet.getByRole('button', { name: 'Open job' }).click();
  };
  await advanced('Interpreter', '/no/such/interpreter');
  await row(/failed\. .*no\/such\/interpreter/).waitFor();
  await advanced('User', 'nobody-at-all');
  await row(/failed\. .*nobody-at-all/).waitFor();
});

test('what can hurt asks for the number of devices to be typed', async () => {
  const sheet = await openSheet();
  await sheet.getByLabel('Command', { exact: true }).fill(`rm -rf ${folder}/nothing`);
  await sheet.getByRole('button', { name: /^Choose all/ }).click();
  const confirm = sheet.getByLabel(`This can hurt devices. Type ${DEVICES} to confirm`);
  await sheet.getByRole('button', { name: `Run on ${DEVICES} devices` }).click();
  // Nothing was started: the cursor waits in the field.
  await expect.poll(() => confirm.evaluate((field) => field === document.activeElement), soon).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
  await confirm.fill(String(DEVICES));
  await confirm.press('Enter');
  await sheet.getByText(`${DEVICES} succeeded`).waitFor();
});

test('the sheet starts with the devices that were selected, and reads their log', async () => {
  await page
    .getByRole('link', { name: /^Devices/ })
    .first()
    .click();
  await page.getByRole('checkbox', { name: 'Select this row' }).first().click();
  await page
    .getByRole('region', { name: 'Selected devices' })
    .getByRole('button', { name: 'Run command' })
    .click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: /Which.*demo-/ }).waitFor();
  await sheet.locator('label', { hasText: 'Read log' }).click();
  await sheet.getByText(/^Read the last 200 lines of the agent's log of 1 device\.$/).waitFor();
  await sheet.getByRole('button', { name: 'Read log of 1 device' }).click();
  await sheet
    .getByText(/"event":"connected"/)
    .first()
    .waitFor();
});

test('an address of a job that does not exist says so', async () => {
  await page.evaluate(() => {
    history.pushState(null, '', '/jobs/nothing-here');
    dispatchEvent(new PopStateEvent('popstate'));
  });
  await page.getByText('There is no job nothing-here.').waitFor();
  await page.getByRole('link', { name: 'All jobs' }).click();
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
});

test('the activity panel lists what was done and leads to its job', async () => {
  await runCommand('echo for the log');
  await row(/identical: succeeded/).waitFor();
  await page.keyboard.press('Control+j');
  await page.getByLabel('Filter the activity').fill('for the log');
  const lines = page.getByRole('region', { name: 'Lines of activity' });
  await expect.poll(() => lines.getByRole('link').count(), soon).toBe(DEVICES);
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await lines.getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: /echo for the log/ }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});
