import { expect, it } from 'vitest';
import { auditActionWords } from './audit-words.ts';

it('says actions and operations in the words of the screens', () => {
  expect(auditActionWords('shell.run')).toBe('Run command');
  expect(auditActionWords('devices.link')).toBe('Link devices');
});

it('leaves an action that it does not know as it is stored', () => {
  expect(auditActionWords('later.thing')).toBe('later.thing');
});
