import { expect, test } from 'vitest';
import { utf8ByteLength } from '../lib/bytes.ts';
import { ARGUMENTS_LIMIT_BYTES, isDangerous, isOperation, OPERATIONS, ShellRunArgs } from './operation.ts';

test('shutting down, rebooting and stopping services always is dangerous', () => {
  expect(isDangerous('power.reboot', {})).toBe(true);
  expect(isDangerous('power.shutdown', {})).toBe(true);
  expect(isDangerous('service.control', { unit: 'ssh', action: 'stop' })).toBe(true);
  expect(isDangerous('service.control', { unit: 'ssh', action: 'disable' })).toBe(true);
  expect(isDangerous('service.control', { unit: 'ssh', action: 'restart' })).toBe(false);
  expect(isDangerous('info.collect', {})).toBe(false);
});

test('a command is judged with its script, interpreter and arguments', () => {
  expect(isDangerous('shell.run', { command: 'rm -rf /' })).toBe(true);
  expect(isDangerous('shell.run', { script: '#!/bin/sh\nset -e\nrm -rf /srv\n' })).toBe(true);
  expect(isDangerous('shell.run', { command: 'x', interpreter: '/sbin/poweroff' })).toBe(true);
  expect(isDangerous('shell.run', { command: '"$@"', arguments: ['x', 'reboot'] })).toBe(true);
  expect(isDangerous('shell.run', { command: 'uname -a', interpreter: '/bin/sh', arguments: [] })).toBe(
    false,
  );
});

test('arguments that are not what they should be do not break the question', () => {
  expect(isDangerous('shell.run', { command: { toString: null }, arguments: 'rm' })).toBe(false);
  expect(isDangerous('service.control', {})).toBe(false);
});

test('names of operations are known, and nothing that every object has', () => {
  expect(isOperation('shell.run')).toBe(true);
  for (const name of ['toString', '__proto__', 'constructor', 'shell', ''])
    expect(isOperation(name)).toBe(false);
});

test('a command or a script, and not both', () => {
  expect(ShellRunArgs.safeParse({}).success).toBe(false);
  expect(ShellRunArgs.safeParse({ command: 'a', script: 'b' }).success).toBe(false);
  expect(ShellRunArgs.parse({ script: 'b' })).toEqual({
    ...{ script: 'b', interpreter: '/bin/sh', arguments: [], environment: {}, timeoutSec: 600 },
  });
});

test('what is allowed always fits into one signed message, in whatever letters it is written', () => {
  const texts = ['x', 'ü', '語', '😀', '\u0001', '"'];
  for (const text of texts) {
    const largest = { command: text.repeat(Math.floor(131_072 / text.length)) };
    const accepted = OPERATIONS['shell.run'].args.safeParse(largest);
    const bytes = utf8ByteLength(JSON.stringify({ ...largest, interpreter: '/bin/sh', timeoutSec: 600 }));
    expect(accepted.success).toBe(bytes < ARGUMENTS_LIMIT_BYTES);
  }
  const environment = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [`V${index}`, 'x'.repeat(60)]),
  );
  expect(ShellRunArgs.safeParse({ command: 'x', environment }).success).toBe(false);
  // Base64 makes four characters of three bytes; header, signature and the rest of the request need under 4 KiB.
  expect((ARGUMENTS_LIMIT_BYTES * 4) / 3 + 4096).toBeLessThan(256 * 1024);
});

test.each(['ssh.service', 'getty@tty1.service', 'dev-disk-by\\x2duuid.device'])('%s is a unit', (unit) => {
  expect(OPERATIONS['service.control'].args.safeParse({ unit, action: 'status' }).success).toBe(true);
});
test.each(['', 'a b', 'a;b', '../x', 'a\nb'])('%j is no unit', (unit) => {
  expect(OPERATIONS['service.control'].args.safeParse({ unit, action: 'status' }).success).toBe(false);
});
