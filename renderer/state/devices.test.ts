import { describe, expect, it } from 'vitest';
import { deviceSample } from '../../test/support/device-sample.ts';
import { createDevicesStore, deviceKey } from './devices.ts';

const names = (store: ReturnType<typeof createDevicesStore>, siteId = 'site0001') =>
  store.store
    .getState()
    .bySite.get(siteId)
    ?.map((device) => device.name);

describe('the mirror of the devices', () => {
  it('lists a site in order of name, numbers as numbers', () => {
    const store = createDevicesStore();
    store.snapshot(
      ['press-10', 'press-2', 'Press-1'].map((name, index) =>
        deviceSample({ name, mac: `B827EB00000${index}` }),
      ),
      true,
    );
    expect(names(store)).toEqual(['Press-1', 'press-2', 'press-10']);
  });

  it('adds later parts of a snapshot and empties itself at the first', () => {
    const store = createDevicesStore();
    store.snapshot([deviceSample({ mac: 'B827EB000001', name: 'a' })], true);
    store.snapshot([deviceSample({ mac: 'B827EB000002', name: 'b' })], false);
    expect(names(store)).toEqual(['a', 'b']);
    store.snapshot([deviceSample({ mac: 'B827EB000003', name: 'c' })], true);
    expect(names(store)).toEqual(['c']);
  });

  it('keeps the order and the other objects when a state changes', () => {
    const store = createDevicesStore();
    const first = deviceSample({ mac: 'B827EB000001', name: 'a' });
    const second = deviceSample({ mac: 'B827EB000002', name: 'b' });
    store.snapshot([first, second], true);
    store.changed([{ ...second, state: 'offline', online: false }]);
    const list = store.store.getState().bySite.get('site0001');
    expect(list?.[0]).toBe(first);
    expect(list?.[1]?.state).toBe('offline');
  });

  it('moves a device that was renamed', () => {
    const store = createDevicesStore();
    const first = deviceSample({ mac: 'B827EB000001', name: 'a' });
    store.snapshot([first, deviceSample({ mac: 'B827EB000002', name: 'b' })], true);
    store.changed([{ ...first, name: 'z' }]);
    expect(names(store)).toEqual(['b', 'z']);
  });

  it('forgets removed devices of their own site only', () => {
    const store = createDevicesStore();
    store.snapshot([deviceSample(), deviceSample({ siteId: 'site0002' })], true);
    store.removed('site0001', ['B827EB407E5A']);
    expect(names(store)).toEqual([]);
    expect(names(store, 'site0002')).toEqual(['press-07']);
    store.siteRemoved('site0002');
    expect(store.store.getState().byKey.size).toBe(0);
  });

  it('keys a device by site and MAC', () => {
    expect(deviceKey('site0001', 'B827EB407E5A')).toBe('site0001/B827EB407E5A');
  });
});
