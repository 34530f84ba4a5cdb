import { expect, it } from 'vitest';
import { AppError } from '../contract/lib/errors.ts';
import { deviceSample } from '../test/support/device-sample.ts';
import { siteSample } from '../test/support/site-sample.ts';
import { chooseSite } from './site-choice.ts';
import { type Fleet, resolveTarget, type TargetOptions } from './targets.ts';

const depot = siteSample();
const harbour = siteSample({ id: 'site0002', name: 'Harbour' });
const A = 'B827EB000001';
const B = 'B827EB000002';
const C = 'B827EB000003';

const oneSite: Fleet = {
  sites: [depot],
  devices: [
    deviceSample({ mac: A, name: 'press-01', tags: ['press'] }),
    deviceSample({ mac: B, name: 'press-02', tags: ['press'], linked: false }),
  ],
};
const twoSites: Fleet = {
  sites: [depot, harbour],
  devices: [
    ...oneSite.devices,
    deviceSample({ siteId: 'site0002', mac: C, name: 'crane', groups: ['quay'] }),
  ],
};

function refusal(text: string | undefined, options: TargetOptions, fleet: Fleet): AppError {
  try {
    resolveTarget(text, options, fleet);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

it('takes MACs in any usual form, once each', () => {
  const { site, target } = resolveTarget('b8:27:eb:00:00:01, B8-27-EB-00-00-02,b827eb000001', {}, oneSite);
  expect(site).toBe(depot);
  expect(target).toEqual({ kind: 'devices', macs: [A, B] });
});

it('takes a MAC that nobody has heard of where there is one site', () => {
  expect(resolveTarget(C, {}, oneSite).target).toEqual({ kind: 'devices', macs: [C] });
});

it('takes names, whatever their capitals', () => {
  expect(resolveTarget('Press-01', {}, oneSite).target).toEqual({ kind: 'devices', macs: [A] });
});

it('tells a mistyped MAC from a name that nobody has', () => {
  expect(refusal('b8:27:eb:00:00', {}, oneSite).message).toContain('12 hexadecimal digits');
  expect(refusal('b827eb0000011', {}, oneSite).message).toContain('12 hexadecimal digits');
  expect(refusal('press-09', {}, oneSite).message).toMatch(/neither a MAC address nor the name of a device/);
});

it('refuses a name that two devices have', () => {
  const devices = [deviceSample({ mac: A, name: 'pi' }), deviceSample({ mac: B, name: 'pi' })];
  expect(refusal('pi', {}, { sites: [depot], devices }).message).toContain(`${A}, ${B}`);
});

it('finds the site by its devices where there are several', () => {
  expect(resolveTarget('crane', {}, twoSites).site).toBe(harbour);
  expect(resolveTarget(A, {}, twoSites).site).toBe(depot);
  expect(refusal(`${A},${C}`, {}, twoSites).message).toContain('--site');
});

it('keeps to the site that is named', () => {
  expect(resolveTarget(C, { site: 'depot' }, twoSites)).toMatchObject({
    site: { id: 'site0001' },
    devices: [],
  });
  expect(resolveTarget(undefined, { all: true, site: 'site0002' }, twoSites).devices).toHaveLength(1);
});

it('counts only linked devices for tags, groups and all', () => {
  const byTag = resolveTarget(undefined, { tag: 'press' }, oneSite);
  expect(byTag.target).toEqual({ kind: 'tag', tag: 'press' });
  expect(byTag.devices.map(({ mac }) => mac)).toEqual([A]);
  expect(resolveTarget(undefined, { all: true }, oneSite).devices).toHaveLength(1);
  expect(resolveTarget(undefined, { group: 'quay', site: 'Harbour' }, twoSites).target.kind).toBe('group');
});

it.each<[string | undefined, TargetOptions, string]>([
  [undefined, {}, 'invalid'],
  [A, { all: true }, 'invalid'],
  [undefined, { tag: 'a', group: 'b' }, 'invalid'],
  ['', {}, 'invalid'],
  [',', {}, 'invalid'],
  ['FF:FF:FF:FF:FF:FF', {}, 'invalid'],
  ['B827EB00000', {}, 'invalid'],
  [undefined, { tag: 'none' }, 'not-found'],
  [undefined, { group: 'none' }, 'not-found'],
  [A, { site: 'elsewhere' }, 'not-found'],
])('refuses %j with %j', (text, options, code) => {
  expect(refusal(text, options, oneSite).code).toBe(code);
});

it('asks for --site where there are several sites, and says how to make one where there is none', () => {
  expect(() => chooseSite([depot, harbour], undefined)).toThrow('Depot (site0001), Harbour (site0002)');
  expect(() => chooseSite([], undefined)).toThrow('muster site add');
  expect(() => chooseSite([depot, { ...harbour, name: 'Depot' }], 'depot')).toThrow('by its id');
});
