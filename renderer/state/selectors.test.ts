import { expect, it } from 'vitest';
import type { Site } from '../../contract/model/site.ts';
import { deviceSample } from '../../test/support/device-sample.ts';
import { fakeSite } from '../../test/support/fake-world.ts';
import { activeSite, countDevices } from './selectors.ts';

const settings = (activeSiteId: string | null) => ({
  operatorName: 'A',
  theme: 'system' as const,
  activeSiteId,
});

it('shows the chosen site, and the first when that one is gone', () => {
  const sites: Site[] = [fakeSite('site0001', 'One'), fakeSite('site0002', 'Two')];
  expect(activeSite(sites, settings('site0002'))?.name).toBe('Two');
  expect(activeSite(sites, settings('gone00000'))?.name).toBe('One');
  expect(activeSite([], settings(null))).toBeUndefined();
});

it('counts an unknown device neither as online nor as offline', () => {
  const counts = countDevices([
    deviceSample(),
    deviceSample({ state: 'offline', online: false }),
    deviceSample({ state: 'unknown', online: false }),
    deviceSample({ state: 'never-seen', online: false }),
    deviceSample({ linked: false }),
  ]);
  expect(counts).toMatchObject({ linked: 4, online: 1, offline: 1, unknown: 1, neverSeen: 1, discovered: 1 });
});
