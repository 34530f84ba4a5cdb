import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';
import { parseBrokerUrl } from './broker-url.ts';

test('addresses of all four kinds are taken apart, with their usual ports', () => {
  expect(parseBrokerUrl('mqtt://pi.local')).toMatchObject({
    protocol: 'mqtt',
    host: 'pi.local',
    port: 1883,
    path: '/',
  });
  expect(parseBrokerUrl('mqtts://10.0.0.1:8884')).toMatchObject({
    protocol: 'mqtts',
    host: '10.0.0.1',
    port: 8884,
  });
  expect(parseBrokerUrl('ws://h/mqtt?x=1')).toMatchObject({
    port: 80,
    path: '/mqtt?x=1',
    text: 'ws://h:80/mqtt',
  });
  expect(parseBrokerUrl('wss://[fe80::1]:9001/')).toMatchObject({
    host: 'fe80::1',
    port: 9001,
    text: 'wss://[fe80::1]:9001',
  });
});

test.each(['', 'localhost:1883', 'http://x', 'mqtt://', 'mqtt://user:secret@host', 'mqtt://h:99999'])(
  'anything else is refused without showing a password: %j',
  (text) => {
    expect(() => parseBrokerUrl(text)).toThrow(
      /^A broker’s address is written as mqtt:\/\/host:1883(?!.*secret)/,
    );
  },
);

test('delays are random below a bound that doubles up to half a minute, and starts over after a good session', () => {
  const backoff = createBackoff({ random: () => 1 });
  expect(Array.from({ length: 9 }, backoff.next)).toEqual([
    500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
  expect(createBackoff({ random: () => 0 }).next()).toBe(0);
});
