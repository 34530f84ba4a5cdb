import { expect, test } from 'vitest';
import { mainAddress, shortModel } from './device-words.ts';

test('Raspberry Pi models are shortened, others are not', () => {
  expect(shortModel('Raspberry Pi 4 Model B Rev 1.5')).toBe('Pi 4 B');
  expect(shortModel('Raspberry Pi 3 Model B Plus Rev 1.3')).toBe('Pi 3 B+');
  expect(shortModel('Raspberry Pi Zero 2 W Rev 1.0')).toBe('Pi Zero 2 W');
  expect(shortModel('Raspberry Pi Compute Module 4 Rev 1.0')).toBe('CM 4');
  expect(shortModel('NanoPi R4S')).toBe('NanoPi R4S');
});

test('the main address is the wired IPv4 one', () => {
  const addresses = [
    { interface: 'lo', address: '127.0.0.1' },
    { interface: 'wlan0', address: '10.0.0.9' },
    { interface: 'eth0', address: 'fe80::1' },
    { interface: 'eth0', address: '192.168.1.5' },
  ];
  expect(mainAddress({ addresses })).toBe('192.168.1.5');
  expect(mainAddress({ addresses: addresses.slice(0, 2) })).toBe('10.0.0.9');
  expect(mainAddress({ addresses: addresses.slice(0, 1) })).toBeNull();
});
