import fc from 'fast-check';
import { expect } from 'vitest';
import { AppError } from '../../contract/lib/errors.ts';

/** Member names that mean something to JavaScript or to the contract. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
  '',
];
const TEXTS = [
  '\ud800',
  '\udfff\ud800',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '../../etc',
  '%s%n',
  'NaN',
  '{}',
  '[]',
  '0',
];
/** What is compared as if it were a list or text, and cannot be. */
const LENGTHS = ['{"length":{"toString":1}}', '{"length":1e9}', '{"length":"3","0":1}'];
const NUMBERS = [
  '1e999',
  '-1e999',
  '-0',
  '0.5',
  '1e-400',
  '9007199254740993',
  '123456789012345678901234567890',
  '-1',
];

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 3000 }))
    .map(([part, times]) => part.repeat(times)),
);
const leaf = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom(...NUMBERS, ...LENGTHS, 'null', 'true', 'false', '""', '[]', '{}'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  // Deeper than any program may recurse.
  fc.integer({ min: 1, max: 30_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`),
);
const name = fc.oneof(fc.constantFrom(...NAMES), text).map((value) => JSON.stringify(value));

/** JSON text of values that nobody should send: also what `JSON.stringify` cannot make, such as members named `__proto__`. */
export const hostileJson: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(name, tie('node')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  ),
})).node;

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

/** The value as JSON text, with the text of the value at a path replaced; undefined leaves it out. */
function write(value: unknown, path: Path, edit: (old: string) => string | undefined): string | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return edit(JSON.stringify(value));
  const members = Object.entries(value as object).flatMap(([memberName, member]) => {
    const written = memberName === key ? write(member, rest, edit) : JSON.stringify(member);
    if (written === undefined) return [];
    return Array.isArray(value) ? [written] : [`${JSON.stringify(memberName)}:${written}`];
  });
  return Array.isArray(value) ? `[${members.join(',')}]` : `{${members.join(',')}}`;
}

/** JSON text of a valid value in which one thing is replaced, taken out or added. */
export function damaged(sample: unknown): fc.Arbitrary<string> {
  const paths = pathsOf(sample);
  const edits = fc.oneof(
    hostileJson.map((replacement) => () => replacement),
    fc.constant(() => undefined),
    fc.tuple(name, hostileJson).map(
      ([key, value]) =>
        (old: string) =>
          old.endsWith('}') ? `${old.slice(0, -1)}${old === '{}' ? '' : ','}${key}:${value}}` : old,
    ),
  );
  return fc.tuple(fc.constantFrom(...paths), edits).map(([path, edit]) => write(sample, path, edit) ?? '');
}

/** Longer than anything takes that is not caught in an endless search. */
const HANG_MS = 2_000;

/** A decoder refuses with a sentence, or what it lets through is valid: it passes again and stays what it is. */
export function expectSound(decodeText: (text: string) => unknown, given: string): boolean {
  const startedAtMs = performance.now();
  let value: unknown;
  try {
    value = decodeText(given);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.message.length).toBeLessThan(1000);
    return false;
  } finally {
    expect(performance.now() - startedAtMs).toBeLessThan(HANG_MS);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }
  const again = JSON.stringify(value);
  expect(JSON.stringify(decodeText(again))).toBe(again);
  return true;
}
