import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastLines } from './logs.ts';

test('the last lines of any text are its last lines, whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[ab]{0,3}$/)),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      (lines, ended, count) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        const all = text.split('\n');
        const expected = text.endsWith('\n')
          ? `${all.slice(0, -1).slice(-count).join('\n')}\n`
          : all.slice(-count).join('\n');
        expect(lastLines(Buffer.from(text), count).toString()).toBe(expected);
      },
    ),
  );
});
