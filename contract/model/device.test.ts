import { expect, test } from 'vitest';
import { deviceSample } from '../../test/support/device-sample.ts';
import { DeviceName, deviceCan, TagName, unsuitableReason } from './device.ts';

const since = '2026-11-25T00:00:00Z';

test('a linked device that offers the operation is suitable, online or not', () => {
  expect(unsuitableReason(deviceSample(), 'shell.run')).toBeUndefined();
  expect(unsuitableReason(deviceSample({ online: false, state: 'offline' }), 'shell.run')).toBeUndefined();
});

test('a device whose agent was never heard is suitable: it waits and is asked then', () => {
  expect(
    unsuitableReason(deviceSample({ capabilities: [], state: 'never-seen' }), 'identify'),
  ).toBeUndefined();
  expect(deviceCan(deviceSample({ capabilities: [] }), 'identify')).toBe(false);
});

test('every reason against a device is a sentence that says what is wrong', () => {
  expect(unsuitableReason(deviceSample({ linked: false }), 'shell.run')).toBe('Not linked: link it first.');
  expect(unsuitableReason(deviceSample(), 'time.set')).toBe(
    'The agent on this device does not offer time.set.',
  );
  for (const kind of ['other-key', 'cloned-key'] as const) {
    const alarms = [{ kind, message: 'x', since }];
    expect(unsuitableReason(deviceSample({ alarms }), 'shell.run')).toContain('Identity alarm');
  }
});

test('an alarm that is not about identity keeps nobody from acting', () => {
  const alarms = [{ kind: 'hot' as const, message: 'x', since }];
  expect(unsuitableReason(deviceSample({ alarms }), 'shell.run')).toBeUndefined();
});

test('names hold letters of all languages and no control characters', () => {
  for (const name of ['press-07', 'Prüfstand 3', '検査機', '🤖 arm'])
    expect(DeviceName.parse(` ${name} `)).toBe(name);
  for (const name of ['', '   ', 'a\nb', 'a\u001b[2Jb', 'a\u0000', '\ud800', 'x'.repeat(65)])
    expect(DeviceName.safeParse(name).success).toBe(false);
});

test('a tag has no comma, because lists of tags are separated by them', () => {
  expect(TagName.parse(' line 2 ')).toBe('line 2');
  for (const tag of ['a,b', ',', 'a\u0007', '\udc00', 'x'.repeat(41)])
    expect(TagName.safeParse(tag).success).toBe(false);
});
