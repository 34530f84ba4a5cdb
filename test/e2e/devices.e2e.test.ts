import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, openInterface, seriousFindings } from '../support/browser.ts';
import { type MusterProcess, startMuster } from '../support/muster-process.ts';

const WAIT_MS = 20_000;

let muster: MusterProcess;
let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [muster, browser] = await Promise.all([startMuster({ demo: 3 }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await muster?.stop();
});
beforeEach(async () => {
  ({ page, problems } = await openInterface(browser, muster.url));
  page.setDefaultTimeout(WAIT_MS);
  await page
    .getByRole('link', { name: /^Devices/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
});
afterEach(async () => {
  await page.context().close();
  expect(problems).toEqual([]);
});

const linked = (): Locator => page.getByRole('grid', { name: 'Linked devices' });
const device = (name: string): Locator => linked().getByRole('row').filter({ hasText: name });
const search = (): Locator => page.getByRole('textbox', { name: /^Search, or/ });

/** The names that the list shows, in its order. */
async function listed(): Promise<string[]> {
  return await linked().getByRole('row').getByRole('link').allTextContents();
}

async function openDevice(name: string, tab?: string): Promise<void> {
  await linked().getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  if (tab) await page.getByRole('tab', { name: tab }).click();
}

/** Types a command at the prompt and answers the block in which it prints. */
async function runCommand(command: string): Promise<Locator> {
  const prompt = page.getByRole('textbox', { name: /^Command to run on/ });
  await prompt.fill(command);
  await prompt.press('Enter');
  return page.getByRole('article', { name: `Command ${command}`, exact: true }).first();
}

const pane = (block: Locator, title: string): Locator =>
  block.getByRole('region', { name: `${title} of demo-02`, exact: true });

/** The lines of a pane that are in view. */
async function linesOf(block: Locator, title: string): Promise<string[]> {
  return await pane(block, title).locator('[data-index]').allTextContents();
}

test('the list is searched by keyboard, by words and by filters, and says how many fit', async () => {
  await page.getByText('3 linked · 3 online · 0 discovered').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('/');
  await page.keyboard.type('demo-02');
  await expect.poll(listed).toEqual(['demo-02']);
  await page.getByText('1 of 3').waitFor();

  await search().fill('tag:demo -demo-02');
  await expect.poll(listed).toEqual(['demo-01', 'demo-03']);
  await page
    .getByRole('toolbar', { name: 'Search and filters' })
    .getByRole('button', { name: 'Status' })
    .click();
  await page.getByRole('checkbox', { name: /^Offline/ }).click();
  await page.getByText('None of the 3 linked devices fits the search and the filters.').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear filters' }).last().click();
  await expect.poll(listed).toEqual(['demo-01', 'demo-02', 'demo-03']);

  await search().fill('is:offlin');
  await page.getByText('“is:offlin” is not known.').waitFor();
});

test('all that a filter lists are selected with the keyboard and get a tag together', async () => {
  await search().fill('-demo-01');
  await expect.poll(listed).toEqual(['demo-02', 'demo-03']);
  await linked().focus();
  await page.keyboard.press('Control+a');
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Tags …' }).click();
  const sheet = page.getByRole('dialog', { name: 'Tags of 2 devices' });
  await sheet.getByLabel('Add to all 2').fill('line-2');
  await page.keyboard.press('Enter');
  expect(await seriousFindings(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Change 2 devices' }).click();
  await sheet.waitFor({ state: 'hidden' });

  await search().fill('tag:line-2');
  await expect.poll(listed).toEqual(['demo-02', 'demo-03']);
  await page.getByText('2 selected').waitFor();

  await page.getByRole('button', { name: 'Run command' }).click();
  await page.getByRole('dialog').getByText('2 devices').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await linked().focus();
  await page.keyboard.press('r');
  await page.getByRole('dialog').getByText('2 devices').first().waitFor();
});

test('a pasted list is read line by line; what is not valid is left out and the rest is linked', async () => {
  await page.getByRole('button', { name: 'Link device' }).click();
  const sheet = page.getByRole('dialog', { name: 'Link device' });
  await sheet
    .getByRole('textbox', { name: 'MAC addresses' })
    .fill('b8:27:eb:40:7e:5a\tpress-07\nE45F.01C9.3F15\n12:34\nE45F01C93F15');
  const lines = sheet.getByRole('list', { name: 'What was read' }).getByRole('listitem');
  await expect.poll(() => lines.count()).toBe(4);
  expect(await lines.allTextContents()).toEqual([
    expect.stringMatching(/^not seen yet\s*B827EB407E5A\s*press-07/),
    expect.stringMatching(/^not seen yet\s*E45F01C93F15/),
    expect.stringMatching(/^not valid.*12 hexadecimal digits/),
    expect.stringMatching(/^repeated/),
  ]);
  expect(await seriousFindings(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Link 2 devices' }).click();
  await page.getByRole('heading', { name: 'Linked 2' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('5 linked · 3 online · 2 never seen · 0 discovered').waitFor();
  await device('press-07').getByText('never seen').waitFor();

  // One that never came has nothing to say, and a command to it waits.
  await openDevice('press-07');
  await page.getByText('It has not announced itself yet').waitFor();
  await page.getByRole('tab', { name: 'Command' }).click();
  const block = await runCommand('echo too early');
  await block.getByText('waiting', { exact: true }).waitFor();
  await block.getByRole('button', { name: 'Take back' }).click();
  await block.getByText('cancelled', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Devices', exact: true }).last().click();
  await search().fill('is:never-seen');
  await linked().focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Unlink …' }).click();
  const question = page.getByRole('dialog', { name: 'Unlink 2 devices?' });
  const unlink = question.getByRole('button', { name: 'Unlink 2 devices' });
  expect(await unlink.isDisabled()).toBe(true);
  await question.getByLabel('Type 2 to confirm').fill('2');
  expect(await seriousFindings(page)).toEqual([]);
  await unlink.click();
  await page.getByText('3 linked · 3 online · 0 discovered').waitFor();
});

test('a device is renamed from its page, and what it measures is shown with what it does not report', async () => {
  await openDevice('demo-01');
  await page.getByRole('group').or(page.getByText('CPU')).first().waitFor();
  await page.getByText('not reported').first().waitFor();
  await page.getByText(/^Its key is bound to the link/).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'More actions on this device' }).click();
  await page.getByRole('menuitem', { name: /^Rename/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Edit demo-01' });
  await sheet.getByRole('textbox', { name: 'Name' }).fill('press-01');
  await sheet.getByRole('textbox', { name: 'Note' }).fill('Under the stairs');
  await sheet.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('heading', { level: 1, name: 'press-01' }).waitFor();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByText('Under the stairs').waitFor();
  await page.getByText('The agent on this device does not offer: identify, reboot, shut down.').waitFor();
  expect(await page.getByRole('button', { name: 'Reboot …' }).isDisabled()).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
});

test('a command prints live, and what is shown at its end is the truth', async () => {
  await openDevice('demo-02', 'Command');
  const block = await runCommand('echo one; sleep 1; echo two; echo wrong >&2; exit 3');
  await pane(block, 'Output').getByText('one').waitFor();
  await block.getByRole('button', { name: 'Stop' }).waitFor();
  await block.getByRole('status').getByText('exit 3').waitFor();
  expect(await linesOf(block, 'Output')).toEqual(['one', 'two']);
  expect(await linesOf(block, 'Error output')).toEqual(['wrong']);
  expect(await seriousFindings(page)).toEqual([]);

  const prompt = page.getByRole('textbox', { name: /^Command to run on/ });
  await prompt.press('ArrowUp');
  expect(await prompt.inputValue()).toBe('echo one; sleep 1; echo two; echo wrong >&2; exit 3');
  await prompt.press('ArrowDown');

  const colours = await runCommand("printf '\\033[31mred\\033[0m <b>plain</b>'");
  await colours.getByText('exit 0').waitFor();
  expect(await linesOf(colours, 'Output')).toEqual(['red <b>plain</b>']);

  const stopped = await runCommand('sleep 1000');
  await stopped.getByText('running', { exact: true }).waitFor();
  await stopped.getByRole('button', { name: 'Stop' }).click();
  await stopped.getByText(/^cancelled, ended by SIG/).waitFor();
});

test('20 MB of output say what was kept, and binary output is shown as bytes', async () => {
  await openDevice('demo-02', 'Command');
  const long = await runCommand('yes 0123456789abcde | head -c 20000000');
  await long.getByText('Kept 4.5 MB of 20.0 MB: the first 4.2 MB and the last 262 kB.').waitFor();
  await pane(long, 'Output').focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await linesOf(long, 'Output')).at(-1)).toBe('0123456789abcde');
  await long.getByRole('button', { name: 'Find in this output' }).click();
  await page.keyboard.type('not kept');
  await long.getByText(/15.5 MB were printed here and not kept/).waitFor();
  const download = page.waitForEvent('download');
  await long.getByRole('button', { name: 'Download what was kept' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text.length).toBeGreaterThan(4_194_304 + 262_144);
  expect(text).toContain('[15.5 MB were not kept here]');

  const binary = await runCommand("printf 'A\\000\\377B'");
  await binary.getByText('This is binary data, 4 B, so it is not shown as text.').waitFor();
  await binary.getByText('41 00 ff 42').waitFor();
});

test('a dangerous command is asked about first, and Esc takes it back', async () => {
  await openDevice('demo-02', 'Command');
  await runCommand('rm -rf /no/such/folder');
  const question = page.getByRole('alertdialog');
  await question.getByText('Run “rm -rf /no/such/folder” on demo-02?').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
  expect(await page.getByRole('article').count()).toBe(0);
  const block = await runCommand('rm -rf /no/such/folder');
  await question.getByRole('button', { name: 'Run on demo-02' }).click();
  await block.getByText('exit 0').waitFor();
  await block.getByText('It printed nothing.').waitFor();
});

test('the log of the agent is read, searched and filtered; jobs of the device lead to their page', async () => {
  await search().fill('is:online');
  await openDevice('demo-02', 'Logs');
  await page.getByRole('button', { name: 'Read log' }).click();
  const lines = page.getByRole('log', { name: 'Log lines' });
  await lines.getByText('connected').first().waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Search in the lines' }).fill('started version=');
  await page.getByText(/^0 of \d+ lines/).waitFor();
  await page.getByRole('textbox', { name: 'Search in the lines' }).fill('"started"');
  await page.getByText(/^[1-9]\d* of \d+ lines/).waitFor();

  await page.getByRole('link', { name: 'Devices', exact: true }).last().click();
  expect(await search().inputValue()).toBe('is:online');
  await openDevice('demo-02', 'Jobs');
  await page.getByRole('grid', { name: 'Jobs of this device' }).getByText('Read log: agent-stdout').click();
  await page.waitForURL(/\/jobs\//);
});

test('an unlinked device refuses to be commanded, is listed as discovered, and is linked again with one click', async () => {
  await openDevice('demo-03');
  await page.getByRole('button', { name: 'More actions on this device' }).click();
  await page.getByRole('menuitem', { name: 'Unlink …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink demo-03' }).click();
  await page.getByText('not linked', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Command' }).click();
  await page.getByText('Not linked: link it first.').waitFor();

  await page.getByRole('link', { name: 'Devices', exact: true }).last().click();
  await page.getByText('Discovered 1', { exact: true }).click();
  const discovered = page.getByRole('grid', { name: 'Discovered devices' });
  await discovered.getByText('online').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await discovered.getByRole('button', { name: 'Link' }).click();
  await page.getByText('Nothing waits to be linked.').waitFor();
  await page.getByText(/^3 linked/).waitFor();
});
