import { describe, expect, it } from 'vitest';
import { newDevice, type StoredDevice } from './stored-device.ts';
import { resolveTarget, waitingReason } from './target.ts';

const device = (change: Partial<StoredDevice>): StoredDevice => ({ ...newDevice(), ...change });
const devices = new Map([
  ['B827EB000001', device({ linked: true, tags: ['van', 'roof'], groups: ['north'] })],
  ['B827EB000002', device({ linked: true, tags: ['van'] })],
  ['B827EB000003', device({ linked: false, tags: ['van'], groups: ['north'] })],
]);

describe('a target', () => {
  it('means linked devices only, by tag, by group or all', () => {
    expect(resolveTarget({ kind: 'tag', tag: 'van' }, devices)).toEqual(['B827EB000001', 'B827EB000002']);
    expect(resolveTarget({ kind: 'group', group: 'north' }, devices)).toEqual(['B827EB000001']);
    expect(resolveTarget({ kind: 'all' }, devices)).toEqual(['B827EB000001', 'B827EB000002']);
  });

  it('of named devices is just these, each once, known or not', () => {
    const macs = ['B827EB000009', 'B827EB000001', 'B827EB000009'];
    expect(resolveTarget({ kind: 'devices', macs }, devices)).toEqual(['B827EB000009', 'B827EB000001']);
  });

  it('that means nobody is an error in words', () => {
    expect(() => resolveTarget({ kind: 'tag', tag: 'x' }, devices)).toThrow(
      'No linked device of this site has the tag “x”.',
    );
    expect(() => resolveTarget({ kind: 'group', group: 'x' }, devices)).toThrow('is in the group “x”');
    expect(() => resolveTarget({ kind: 'all' }, new Map())).toThrow('No device of this site is linked.');
  });
});

describe('why a job waits', () => {
  it('is told for each state', () => {
    expect(waitingReason('never-seen', null)).toMatch(/never seen/);
    expect(waitingReason('unknown', 0)).toMatch(/connection to the broker is away or new/);
    expect(waitingReason('offline', 0)).toBe(
      'Waits: offline since 1970-01-01T00:00:00.000Z. It starts when the device appears.',
    );
    expect(waitingReason('offline', null)).toBe('Waits: offline. It starts when the device appears.');
  });
});
