import { expect, it } from 'vitest';
import { parseBrokerUrl } from './broker-address.ts';

it.each([
  ['mqtt://broker.local', 'broker.local', 1883, '/'],
  ['mqtts://192.168.1.20', '192.168.1.20', 8883, '/'],
  ['MQTTS://Broker:8884/', 'broker', 8884, '/'],
  ['ws://broker:80/mqtt', 'broker', 80, '/mqtt'],
  ['mqtt://broker:80', 'broker', 80, '/'],
  ['wss://broker/mqtt?x=1', 'broker', 443, '/mqtt?x=1'],
  ['mqtt://[fd00::1]:1884', 'fd00::1', 1884, '/'],
])('takes %s apart', (url, host, port, path) => {
  expect(parseBrokerUrl(url)).toMatchObject({ host, port, path });
});

it.each([
  ['http://broker', 'must start with mqtt://'],
  ['broker:1883', 'must start with mqtt://'],
  ['mqtt://', 'no valid host'],
  ['mqtt://bro ker', 'no valid host'],
  ['mqtt://broker:99999', 'no valid host'],
  ['mqtt://user:secret@broker', 'Leave user and password out'],
])('refuses %s with a sentence', (url, text) => {
  expect(() => parseBrokerUrl(url)).toThrow(text);
  expect(() => parseBrokerUrl(url)).not.toThrow('secret');
});
