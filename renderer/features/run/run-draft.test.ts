import { expect, test } from 'vitest';
import { OPERATION_CHOICES } from './operation-choices.ts';
import { EMPTY_DRAFT, type RunDraft, readDraft } from './run-draft.ts';

const NOW = '2026-11-25T10:00:00.000Z';
const read = (change: Partial<RunDraft>) => readDraft({ ...EMPTY_DRAFT, ...change }, NOW);

test('a command needs only its text; the rest are the defaults of the contract', () => {
  expect(read({ command: ' uname -a \n' })).toEqual({
    op: 'shell.run',
    args: { command: 'uname -a', interpreter: '/bin/sh', arguments: [], environment: {}, timeoutSec: 600 },
  });
});

test('an empty command, script or unit says what to write', () => {
  expect(read({}).problems).toEqual({ command: 'Write the command to run.' });
  expect(read({ choice: 'script', script: ' \n' }).problems).toEqual({ script: 'Write the script.' });
  expect(read({ choice: 'service' }).problems?.unit).toContain('ssh.service');
});

test('a script keeps its own spaces and takes one argument a line', () => {
  const { args } = read({
    choice: 'script',
    script: '  print(1)\n',
    interpreter: 'python3',
    argumentLines: 'a b\n\nc\n',
  });
  expect(args).toMatchObject({ script: '  print(1)\n', interpreter: 'python3', arguments: ['a b', '', 'c'] });
});

test('environment lines become values, which may hold spaces and further equal signs', () => {
  const { args } = read({ command: 'env', environmentLines: 'A=1\n\nB= x=y ' });
  expect(args?.environment).toEqual({ A: '1', B: ' x=y ' });
});

test('a wrong environment line is named by its number', () => {
  expect(read({ command: 'env', environmentLines: 'A=1\nB' }).problems?.environmentLines).toContain('Line 2');
  expect(read({ command: 'env', environmentLines: '1A=x' }).problems?.environmentLines).toContain('“1A”');
});

test('a wrong user, directory, unit or size is told at its own field', () => {
  expect(read({ command: 'id', user: 'a b' }).problems).toHaveProperty('user');
  expect(read({ command: 'id', workingDirectory: 'opt' }).problems).toHaveProperty('workingDirectory');
  expect(read({ choice: 'service', unit: 'a b' }).problems).toHaveProperty('unit');
  expect(read({ command: 'ü'.repeat(70_000) }).problems?.command).toContain('128 KiB');
});

test('the clock is set to the time of the moment', () => {
  expect(read({ choice: 'clock' }).args).toEqual({ time: NOW });
});

test('every choice that needs no text is complete from the start', () => {
  for (const { name } of OPERATION_CHOICES) {
    if (['command', 'script', 'service'].includes(name)) continue;
    expect(read({ choice: name }).problems).toBeUndefined();
  }
});
