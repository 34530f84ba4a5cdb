import { expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';

test('commands and options are understood in any order', () => {
  expect(parseCommandLine(['--state', '/tmp/x', 'join', 'file.muster', '--mac=B8:27:EB:00:00:01'])).toEqual({
    ...{ command: 'join', source: 'file.muster', state: '/tmp/x', mac: 'B8:27:EB:00:00:01' },
  });
  expect(parseCommandLine(['run'])).toMatchObject({
    state: '/var/lib/muster-agent',
    stateGiven: false,
    demo: false,
  });
  expect(parseCommandLine(['run', '--state', '/var/lib/muster-agent'])).toMatchObject({ stateGiven: true });
  expect(parseCommandLine(['status', '--json'])).toMatchObject({ json: true });
  expect(parseCommandLine(['-h'])).toEqual({ command: 'help' });
});

test.each([
  [[]],
  [['go']],
  [['join']],
  [['run', 'x']],
  [['run', '--no-such']],
  [['run', '--state']],
  [['run', '--state', '']],
])('wrong usage is told in one sentence: %j', (args) => {
  expect(() => parseCommandLine(args)).toThrow(/^[^\n]+\.$/);
});
