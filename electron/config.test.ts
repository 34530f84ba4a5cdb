import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../contract/lib/errors.ts';
import { Config, readConfig } from './config.ts';

test('without arguments everything has its default', () => {
  const config = readConfig([], { XDG_CONFIG_HOME: '/c' });
  expect(config).toMatchObject({
    ...{ port: 0, openBrowser: true, demoDevices: 0, json: false, headless: false, announce: true, open: [] },
  });
  expect(config.passphrase).toBeUndefined();
});

test('arguments go before the environment', () => {
  const environment = { MUSTER_DATA: '/from-environment', MUSTER_PASSPHRASE: 'words' };
  expect(readConfig([], environment)).toMatchObject({ dataFolder: '/from-environment', passphrase: 'words' });
  const given = ['--data', '/given', '--headless', '--no-open', '--port', '7000', '--demo', '3', '--json'];
  expect(readConfig([...given, '--no-announce', 'muster://x'], environment)).toMatchObject({
    ...{ dataFolder: '/given', headless: true, openBrowser: false, port: 7000, demoDevices: 3, json: true },
    ...{ announce: false, open: ['muster://x'] },
  });
});

test.each([
  [['--port', 'many'], '--port takes a whole number'],
  [['--port', '65536'], 'port'],
  [['--port', '-1'], '--port'],
  [['--demo', '51'], 'demoDevices'],
  [['--demo', '1e3'], '--demo takes a whole number'],
  [['--data', ''], '--data takes a folder'],
  [['--data'], '--data'],
  [['--unknown'], '--unknown'],
  [['--headless=yes'], '--headless'],
  [['--__proto__'], '--__proto__'],
])('%j is refused in words', (args, words) => {
  expect(() => readConfig(args, {})).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => readConfig(args, {})).toThrow(words);
});

test('an empty variable is none', () => {
  const plain = readConfig([], { XDG_CONFIG_HOME: '/c' });
  const empty = { XDG_CONFIG_HOME: '/c', MUSTER_DATA: '', MUSTER_PASSPHRASE: '' };
  expect(readConfig([], empty)).toEqual(plain);
});

test('any arguments are refused with a sentence or make a valid configuration', () => {
  const known = [
    '--headless',
    '--data',
    '--port',
    '--no-open',
    '--demo',
    '--no-announce',
    '--json',
    '--',
    '-',
    '-p',
  ];
  const word = fc.oneof(
    fc.constantFrom(
      ...known,
      ...known.map((name) => `${name}=`),
      '--__proto__',
      '--constructor=1',
      '--no-headless',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.integer().map(String),
    fc
      .tuple(fc.constantFrom(...known), fc.string({ maxLength: 8 }))
      .map(([name, value]) => `${name}=${value}`),
  );
  const environment = fc.record(
    {
      MUSTER_DATA: fc.string({ unit: 'binary' }),
      MUSTER_PASSPHRASE: fc.string(),
      XDG_CONFIG_HOME: fc.string(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), environment, (args, variables) => {
      try {
        const config = readConfig(args, variables);
        expect(Config.parse(config)).toEqual(config);
        expect(Object.isFrozen(config)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ code: 'invalid' });
      }
    }),
    { numRuns: 1000 },
  );
});

test('takes the passphrase out of the environment, so that no program that is started inherits it', () => {
  const environment = { MUSTER_PASSPHRASE: 'open sesame', HOME: '/home/ada' };
  expect(readConfig(['--headless'], environment).passphrase).toBe('open sesame');
  expect(environment).toEqual({ HOME: '/home/ada' });
});
