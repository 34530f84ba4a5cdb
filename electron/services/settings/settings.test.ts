import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettings } from './settings.ts';

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'muster-settings-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

async function open() {
  const settings = createSettings({
    dataFolder,
    onReport: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  await settings.start();
  return settings;
}

describe('the settings', () => {
  it('begin with the name of the person who is logged in', async () => {
    const settings = await open();
    expect(settings.get().operatorName.length).toBeGreaterThan(0);
    expect(settings.get()).toMatchObject({ theme: 'system', activeSiteId: null });
    await settings.stop();
  });

  it('change only what is given, tell it, and are there after a start', async () => {
    const settings = await open();
    const told: string[] = [];
    settings.changed.on(({ theme }) => told.push(theme));
    await settings.edit({ theme: 'dark' });
    await settings.edit({ operatorName: 'Ada' });
    await settings.stop();
    const again = await open();
    expect(again.get()).toEqual({ operatorName: 'Ada', theme: 'dark', activeSiteId: null });
    expect(told).toEqual(['dark', 'dark']);
    await again.stop();
  });

  it('are not changed by what is not valid', async () => {
    const settings = await open();
    const before = settings.get();
    await expect(settings.edit({ operatorName: ' ' })).rejects.toThrow(/settings\.json is not valid/);
    expect(settings.get()).toEqual(before);
    await settings.stop();
  });
});
