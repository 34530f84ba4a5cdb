import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceSample } from '../../../test/support/device-sample.ts';
import { linkableMacs, parseMacList } from './mac-list.ts';

const known = new Map([
  ['B827EB407E5A', deviceSample({ mac: 'B827EB407E5A', name: 'press-07' })],
  ['DCA632000001', deviceSample({ mac: 'DCA632000001', linked: false, hostName: 'raspberrypi' })],
]);

function states(text: string): string[] {
  return parseMacList(text, known).map((entry) => `${entry.mac ?? '?'} ${entry.state}`);
}

test('reads MACs in every usual form and with every usual separator between them', () => {
  expect(
    states(
      'e4:5f:01:c9:3f:15, E4-5F-01-C9-3F-16; e45f.01c9.3f17\nE45F01C93F18 E45F01C93F19\nE4 5F 01 C9 3F 20',
    ),
  ).toEqual([
    'E45F01C93F15 new',
    'E45F01C93F16 new',
    'E45F01C93F17 new',
    'E45F01C93F18 new',
    'E45F01C93F19 new',
    'E45F01C93F20 new',
  ]);
});

test('tells what is linked already, discovered, repeated and never seen', () => {
  const entries = parseMacList('b8:27:eb:40:7e:5a\nDCA632000001\nE45F01C93F15\nE4:5F:01:C9:3F:15', known);
  expect(entries.map((entry) => entry.detail)).toEqual([
    'Already linked as press-07.',
    'Has announced itself as raspberrypi.',
    'It can be commanded as soon as it appears.',
    'Already in this list above.',
  ]);
  expect(linkableMacs(entries)).toEqual(['DCA632000001', 'E45F01C93F15']);
});

test('says what is wrong with each entry that is no MAC, and keeps the others', () => {
  const entries = parseMacList('B827EB407E5\nE45F01C93F15\n01:00:5E:00:00:01\nff:ff:ff:ff:ff:ff', new Map());
  expect(entries.map((entry) => entry.state)).toEqual(['invalid', 'new', 'invalid', 'invalid']);
  expect(entries[0]?.detail).toContain('12 hexadecimal digits');
  expect(entries[2]?.detail).toContain('multicast');
  expect(entries[3]?.detail).toContain('no single device');
});

test('takes names from a second column, on either side', () => {
  const entries = parseMacList('E4:5F:01:C9:3F:15\tpress-08\nsaw 2;E45F01C93F16', new Map());
  expect(entries.map(({ mac, name }) => `${mac} ${name}`)).toEqual([
    'E45F01C93F15 press-08',
    'E45F01C93F16 saw 2',
  ]);
});

test('a mistyped MAC in a second column is told as such and not taken for a name', () => {
  const entries = parseMacList('E45F01C93F15, E45F01C93F1\nE45F01C93F16, E4:5F:01:C9:3F:1G', new Map());
  expect(entries.map((entry) => entry.state)).toEqual(['new', 'invalid', 'new', 'invalid']);
});

test('a header line of a spreadsheet is one invalid entry', () => {
  expect(states('MAC address\nE45F01C93F15')).toEqual(['? invalid', 'E45F01C93F15 new']);
});

test('no text makes it throw, and every valid MAC in it is found once as new', () => {
  const mac = fc.stringMatching(/^B8[0-9A-F]{10}$/);
  fc.assert(
    fc.property(fc.uniqueArray(mac, { maxLength: 20 }), fc.string(), (macs, noise) => {
      parseMacList(noise, known);
      expect(linkableMacs(parseMacList(macs.join('\n'), new Map()))).toEqual(macs);
    }),
  );
});
