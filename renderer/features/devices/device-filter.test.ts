import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceSample } from '../../../test/support/device-sample.ts';
import { facetOptions } from './device-facets.ts';
import { createDeviceFilter } from './device-filter.ts';
import { parseDeviceQuery, valuesOf, withValues } from './device-query.ts';

const fleet = [
  deviceSample({ name: 'press-07', mac: 'B827EB407E5A', tags: ['line-2'], groups: ['Hall A'] }),
  deviceSample({
    name: 'press-08',
    mac: 'E45F01C93F15',
    tags: ['line-3', 'old'],
    state: 'offline',
    online: false,
  }),
  deviceSample({
    name: 'saw-1',
    hostName: 'saw-1',
    mac: 'DCA632000001',
    model: 'Raspberry Pi 3 Model B Plus Rev 1.3',
    agentVersion: '0.1.0-demo',
    demo: true,
    alarms: [{ kind: 'hot', message: 'Hot', since: '2026-11-25T00:00:00Z' }],
  }),
  deviceSample({ name: 'B827EB000009', mac: 'B827EB000009', linked: false, hostName: 'raspberrypi' }),
];

function found(text: string): string[] {
  return fleet.filter(createDeviceFilter(parseDeviceQuery(text))).map((device) => device.name);
}

describe('the search field', () => {
  test('finds words in the name, host name, model, address and tags, all of which must fit', () => {
    expect(found('PRESS')).toEqual(['press-07', 'press-08']);
    expect(found('press old')).toEqual(['press-08']);
    expect(found('raspberrypi')).toEqual(['B827EB000009']);
    expect(found('192.168.1.57')).toHaveLength(4);
    expect(found('')).toHaveLength(4);
  });

  test('finds a MAC in whatever form it is typed, and a part of it', () => {
    expect(found('e4:5f:01')).toEqual(['press-08']);
    expect(found('b827.eb40')).toEqual(['press-07']);
    expect(found('mac:B8-27-EB')).toEqual(['press-07', 'B827EB000009']);
  });

  test('tag: and group: mean the whole tag; commas mean any of them; two terms mean both', () => {
    expect(found('tag:line-2,LINE-3')).toEqual(['press-07', 'press-08']);
    expect(found('tag:line')).toEqual([]);
    expect(found('tag:line-3 tag:old')).toEqual(['press-08']);
    expect(found('group:"Hall A"')).toEqual(['press-07']);
  });

  test('is: asks for a state, and a minus turns a term round', () => {
    expect(found('is:offline')).toEqual(['press-08']);
    expect(found('is:alarm')).toEqual(['saw-1']);
    expect(found('-is:demo -is:discovered')).toEqual(['press-07', 'press-08']);
  });

  test('an equals sign asks for the whole text', () => {
    expect(found('agent:0.1.0')).toHaveLength(4);
    expect(found('agent:=0.1.0')).toEqual(['press-07', 'press-08', 'B827EB000009']);
    expect(found('model:"pi 3"')).toEqual(['saw-1']);
  });

  test('an unknown is: value is told with what it can be, and does not hide devices', () => {
    const query = parseDeviceQuery('is:offlin');
    expect(query.problems).toEqual([
      '“is:offlin” is not known. It can be online, offline, unknown, never-seen, linked, discovered, demo, alarm.',
    ]);
    expect(fleet.filter(createDeviceFilter(query))).toHaveLength(4);
  });

  test('a half-typed term hides nothing', () => {
    expect(found('tag:')).toHaveLength(4);
    expect(found('press "')).toHaveLength(2);
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => fleet.filter(createDeviceFilter(parseDeviceQuery(text))).length >= 0,
      ),
    );
  });
});

describe('filter chips', () => {
  test('read and write the same text as the keyboard does', () => {
    const text = withValues('press is:online', 'tag', ['line-2', 'two words']);
    expect(text).toBe('press is:online tag:line-2,"two words"');
    expect(valuesOf(text, 'tag')).toEqual(['line-2', 'two words']);
    expect(withValues(text, 'tag', [])).toBe('press is:online');
  });

  test('what was chosen is what is read back', () => {
    const value = fc.string({ minLength: 1 }).filter((each) => !each.includes('"'));
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 5 }), (values) => {
        expect(valuesOf(withValues('x is:online', 'group', values), 'group')).toEqual(values);
      }),
    );
  });

  test('offer what the devices have, with counts', () => {
    expect(facetOptions(fleet, 'tag')).toEqual([
      { value: 'line-2', label: 'line-2', count: 1 },
      { value: 'line-3', label: 'line-3', count: 1 },
      { value: 'old', label: 'old', count: 1 },
    ]);
    expect(facetOptions(fleet, 'agent').map((option) => option.value)).toEqual(['=0.1.0', '=0.1.0-demo']);
    expect(facetOptions(fleet, 'is').map((option) => `${option.label} ${option.count}`)).toEqual([
      'Online 3',
      'Offline 1',
      'With an alarm 1',
      'Demo 1',
    ]);
  });
});
