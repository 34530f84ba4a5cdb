import { expect, test } from 'vitest';
import { deviceSample } from '../../../test/support/device-sample.ts';
import { labelProblem, sharedLabels } from '../../ui/label-words.ts';
import { devicesCsv } from './devices-csv.ts';

test('a line for each device under a line of titles, unknown values empty', () => {
  const text = devicesCsv(
    [deviceSample({ metrics: null }), deviceSample({ mac: 'E45F01C93F15' })],
    (device) => (device.mac === 'E45F01C93F15' ? { at: '2026-11-25T00:00:00Z', cpuPercent: 12.345 } : null),
  );
  const lines = text.replace('\ufeff', '').trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  const titles = lines[0]?.split(',') ?? [];
  expect(titles.slice(0, 2)).toEqual(['MAC', 'Name']);
  expect(lines[1]?.split(',')[titles.indexOf('CPU %')]).toBe('');
  expect(lines[2]?.split(',')[titles.indexOf('CPU %')]).toBe('12.3');
});

test('commas, quotes and line ends stay inside their cell', () => {
  expect(devicesCsv([deviceSample({ name: 'a "b", c\nd' })], () => null)).toContain('"a ""b"", c\nd"');
});

test('a host name that a spreadsheet would run as a formula is written as text', () => {
  expect(devicesCsv([deviceSample({ hostName: '=HYPERLINK("http://x")' })], () => null)).toContain(
    `"'=HYPERLINK(""http://x"")"`,
  );
});

test('labels of several devices are counted once a device', () => {
  expect(sharedLabels([['a', 'b'], ['b'], []])).toEqual([
    { name: 'a', count: 1 },
    { name: 'b', count: 2 },
  ]);
});

test('a label that the registry would refuse is refused with the reason', () => {
  expect(labelProblem(' ')).toBe('Type a name.');
  expect(labelProblem('a,b')).toContain('comma');
  expect(labelProblem('x'.repeat(41))).toContain('40');
  expect(labelProblem('Hall A')).toBeUndefined();
});
