import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBrokerUrl as parseInAgent } from '../../agent/link/broker-url.ts';
import { parseBrokerUrl as parseInTest } from '../../electron/services/connection-test/broker-address.ts';
import { BrokerUrl, RootTopic, SiteName } from './site.ts';

test.each([
  'mqtt://192.168.1.20',
  'mqtts://broker.lan:8883',
  'ws://broker/mqtt',
  'wss://broker.example.com:443/path/mqtt?x=1',
  'mqtt://[fe80::1]:1883',
  'mqtt://raspberry_pi:1883/',
  'ws://host:80/mqtt',
])('%s is a broker’s address', (url) => {
  expect(BrokerUrl.safeParse(url).success).toBe(true);
});

test.each([
  '',
  'broker.lan',
  'http://broker.lan',
  'mqtt://',
  'mqtt://user:secret@broker.lan',
  'mqtt://broker.lan:0',
  'mqtt://broker.lan:65536',
  'mqtt://broker.lan:port',
  'mqtt://[:::1]:1883',
  'mqtt://256.1.1.1',
  'mqtt://broker lan',
  'mqtt://brök.lan',
  'mqtt://broker.lan?x',
  'mqtt://broker.lan#x',
  `mqtt://${'a'.repeat(600)}`,
])('%j is none', (url) => {
  expect(BrokerUrl.safeParse(url).success).toBe(false);
});

test('an address that passes is understood in the same way by every program', () => {
  const part = fc.constantFrom(
    ...['mqtt', 'mqtts', 'ws', 'wss', '://', 'a', 'broker.lan', '1.2.3.4', '1.2.3', '0x1', '[::1]', '[', ']'],
    ...[
      ':',
      ':1883',
      ':0',
      ':99999',
      '/',
      '/x',
      '?',
      '#',
      '@',
      '%',
      '%2f',
      '..',
      '.',
      '-',
      '_',
      'xn--a',
      ' ',
      '\\',
    ],
  );
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
    part,
  );
  const url = fc.oneof(
    fc
      .tuple(fc.constantFrom('mqtt', 'mqtts', 'ws', 'wss'), host, fc.array(part, { maxLength: 3 }))
      .map(([scheme, name, rest]) => `${scheme}://${name}${rest.join('')}`),
    fc.array(part).map((parts) => parts.join('')),
    fc.webUrl().map((text) => text.replace(/^http/, 'ws')),
  );
  let passed = 0;
  fc.assert(
    fc.property(url, (text) => {
      if (!BrokerUrl.safeParse(text).success) return;
      passed += 1;
      const { hostname, username } = new URL(text);
      const agent = parseInAgent(text);
      const tester = parseInTest(text);
      expect(username).toBe('');
      expect(agent.host).toBe(hostname.replace(/^\[|\]$/g, ''));
      expect({ port: agent.port, protocol: agent.protocol }).toEqual({
        ...{ port: tester.port, protocol: tester.transport },
      });
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(100);
});

test('a root topic has levels, no wildcards, and does not begin where brokers keep their own', () => {
  for (const topic of ['iotm-sys', 'a/b/c', 'Werk/Süd'])
    expect(RootTopic.safeParse(topic).success).toBe(true);
  for (const topic of [
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'a/+',
    '#',
    'a b',
    'a\u0000',
    '$SYS/x',
    '\ud800',
    'x'.repeat(129),
  ])
    expect(RootTopic.safeParse(topic).success).toBe(false);
});

test('a site has a name that can be printed', () => {
  expect(SiteName.parse(' Plant Süd ')).toBe('Plant Süd');
  for (const name of ['', ' ', 'a\nb', '\u0007', 'x'.repeat(65)])
    expect(SiteName.safeParse(name).success).toBe(false);
});
