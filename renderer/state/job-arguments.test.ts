import { expect, test } from 'vitest';
import {
  COVERED,
  coverSecrets,
  looksSecret,
  programText,
  quoteWord,
  shownArguments,
} from './job-arguments.ts';

test('a command is shown by its program text, and defaults that say nothing are left out', () => {
  const args = {
    command: 'uname -a',
    interpreter: '/bin/sh',
    arguments: [],
    environment: {},
    timeoutSec: 600,
  };
  expect(programText(args)).toEqual({ text: 'uname -a', isScript: false });
  expect(shownArguments('shell.run', args)).toEqual([
    { label: 'time limit', value: '10 min', secret: false },
  ]);
});

test('a script is shown with everything that changes what it does', () => {
  const args = {
    script: 'print(1)',
    interpreter: 'python3',
    arguments: ['a b', "it's"],
    environment: { DB_PASSWORD: 'hunter2', LANG: 'C' },
    workingDirectory: '/opt/line',
    user: 'line',
    timeoutSec: 0,
  };
  expect(programText(args)).toMatchObject({ isScript: true });
  expect(shownArguments('shell.run', args)).toEqual([
    { label: 'interpreter', value: 'python3', secret: false },
    { label: 'arguments', value: `'a b' 'it'\\''s'`, secret: false },
    { label: 'working directory', value: '/opt/line', secret: false },
    { label: 'user', value: 'line', secret: false },
    { label: 'time limit', value: 'none', secret: false },
    { label: 'DB_PASSWORD', value: 'hunter2', secret: true },
    { label: 'LANG', value: 'C', secret: false },
  ]);
  expect(coverSecrets(args).environment).toEqual({ DB_PASSWORD: COVERED, LANG: 'C' });
});

test('other operations show their own arguments, times with their unit', () => {
  expect(shownArguments('power.reboot', { delaySec: 60 })).toEqual([
    { label: 'delay', value: '60 s', secret: false },
  ]);
  expect(shownArguments('service.control', { unit: 'ssh.service', action: 'restart' })).toMatchObject([
    { label: 'unit', value: 'ssh.service' },
    { label: 'action', value: 'restart' },
  ]);
});

test('names that mean secrets are told from names that do not', () => {
  for (const name of [
    'DB_PASSWORD',
    'apiKey',
    'API_KEY',
    'GITHUB_TOKEN',
    'SECRET',
    'SSH_PRIVATE',
    'MQTT_PW',
  ]) {
    expect(looksSecret(name)).toBe(true);
  }
  for (const name of ['PATH', 'LANG', 'HOME', 'KEYBOARD', 'MONKEY_COUNT'])
    expect(looksSecret(name)).toBe(false);
});

test('words are quoted only where a shell would change them', () => {
  expect(quoteWord('a/b-c_d.e')).toBe('a/b-c_d.e');
  expect(quoteWord('')).toBe("''");
  expect(quoteWord('$HOME')).toBe("'$HOME'");
});
