import { expect, it } from 'vitest';
import { readEnvironment } from './config.ts';
import { formatFacts, formatTable } from './table.ts';
import { counted, listed, paint, plainText, printableLine, relativeTime } from './text.ts';

const now = new Date('2026-11-25T12:00:00Z');

it.each([
  [null, '–'],
  ['2026-11-25T12:00:00Z', 'now'],
  ['2026-11-25T11:57:00Z', '3 min ago'],
  ['2026-11-23T12:00:00Z', '2 days ago'],
  ['2026-11-25T14:00:00Z', 'in 2 h'],
])('says when %s was', (at, text) => {
  expect(relativeTime(at, now)).toBe(text);
});

it('aligns columns, without blanks at the ends of lines', () => {
  expect(
    formatTable(
      ['A', 'LONGER', 'C'],
      [
        ['wide cell', 'x', ''],
        ['b', '', 'end'],
      ],
    ),
  ).toBe('A          LONGER  C\nwide cell  x\nb                  end\n');
  expect(formatTable(['A'], [])).toBe('');
});

it('cuts lines at the width of the terminal', () => {
  expect(formatTable(['NAME'], [['abcdefgh']], { columns: 5 })).toBe('NAME\nabcd…\n');
});

it('shows facts below each other, and what is inside of them indented', () => {
  const facts: [string, unknown][] = [
    ['Host', 'pi'],
    ['disk', { mount: '/', used: { bytes: 1 } }],
    ['addresses', [{ name: 'eth0', ip: '10.0.0.2' }]],
    ['tags', ['a', 'b']],
    ['Serial', null],
  ];
  expect(formatFacts(facts)).toBe(
    [
      'Host       pi',
      'disk',
      '  mount  /',
      '  used',
      '    bytes  1',
      'addresses',
      '  1  name eth0, ip 10.0.0.2',
      'tags       a, b',
      'Serial     –',
      '',
    ].join('\n'),
  );
});

it('takes the power over the terminal from names of devices', () => {
  expect(plainText('pi\u001b[2J\r\u202egnp')).toBe('pi�[2J��gnp');
  expect(formatTable(['N'], [['a\nb']])).toBe('N\na�b\n');
});

it('leaves colours and tabs to what devices print, and takes the rest', () => {
  expect(printableLine('\u001b[31mred\u001b[0m\tx\u0007\u001b]0;title\u0007\u001b[2J')).toBe(
    '\u001b[31mred\u001b[0m\tx]0;title[2J',
  );
});

it('counts and lists', () => {
  expect([counted(1, 'device'), counted(0, 'device')]).toEqual(['1 device', '0 devices']);
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(listed(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
});

it('colours only where colour is wanted', () => {
  expect(paint('x', 'red', false)).toBe('x');
  expect(paint('x', 'red', true)).toBe('\u001b[31mx\u001b[0m');
});

it.each<[NodeJS.Platform, Record<string, string>, string]>([
  ['linux', {}, '/home/ada/.config/muster'],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/muster'],
  ['linux', { MUSTER_DATA: '/data' }, '/data'],
  ['darwin', {}, '/home/ada/Library/Application Support/Muster'],
  ['win32', { APPDATA: '/roaming' }, '/roaming/Muster'],
])('looks for the data folder on %s with %j', (platform, environment, folder) => {
  expect(readEnvironment(environment, platform, '/home/ada').dataFolder).toBe(folder);
});

it('heeds NO_COLOR and knows whether there is a desktop', () => {
  expect(readEnvironment({ NO_COLOR: '1' }, 'linux', '/').wantsColour).toBe(false);
  expect(readEnvironment({}, 'linux', '/').hasDesktop).toBe(false);
  expect(readEnvironment({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', '/').hasDesktop).toBe(true);
});
