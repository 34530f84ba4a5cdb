import { expect, test } from 'vitest';
import { commandArgs, DEFAULT_OPTIONS, optionsSummary } from './command-draft.ts';

test('empty options are left to the defaults of the operation', () => {
  expect(commandArgs('uname -a', { ...DEFAULT_OPTIONS, interpreter: ' ' })).toEqual({
    ok: true,
    args: { command: 'uname -a', interpreter: '/bin/sh', arguments: [], environment: {}, timeoutSec: 600 },
  });
});

test('what the device would refuse is told before it is sent', () => {
  expect(commandArgs('', DEFAULT_OPTIONS)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('Type a command'),
  });
  expect(commandArgs('id', { ...DEFAULT_OPTIONS, user: 'a b' })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('letters, digits'),
  });
  expect(commandArgs('id', { ...DEFAULT_OPTIONS, timeoutSec: -1 })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('time limit'),
  });
});

test('the options read as a phrase', () => {
  expect(optionsSummary(DEFAULT_OPTIONS)).toBe('/bin/sh · as the agent’s user · ended after 10 min');
  expect(
    optionsSummary({ interpreter: '/bin/bash', user: 'pi', workingDirectory: '/srv', timeoutSec: 0 }),
  ).toBe('/bin/bash · as pi · in /srv · no time limit');
});
