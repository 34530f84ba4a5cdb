import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError, checkValue, ErrorBody, fromErrorBody, parseOrThrow, toErrorBody } from './errors.ts';

test('an error goes over a wire and comes back with code, message and data', () => {
  const error = new AppError('no-space', 'The disk is full.', { freeBytes: 0 });
  const body = ErrorBody.parse(JSON.parse(JSON.stringify(toErrorBody(error))));
  expect(body).toEqual({ code: 'no-space', message: 'The disk is full.', data: { freeBytes: 0 } });
  const back = fromErrorBody(body);
  expect(back).toBeInstanceOf(AppError);
  expect(toErrorBody(back)).toEqual(body);
});

test('an error without data has no such member, and its cause stays here', () => {
  const error = new AppError('denied', 'No.', undefined, { cause: new Error('secret') });
  expect(JSON.stringify(toErrorBody(error))).toBe('{"code":"denied","message":"No."}');
  expect(error.cause).toBeInstanceOf(Error);
});

test.each<[unknown, string]>([
  [new TypeError('x is not a function'), 'x is not a function'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{ code: 'denied', message: 'looks like one' }, '[object Object]'],
])('%o, which is no AppError, becomes internal', (thrown, message) => {
  expect(toErrorBody(thrown)).toEqual({ code: 'internal', message });
});

test('a message that is too long for the schema is cut rather than refused by the reader', () => {
  for (const error of [new AppError('invalid', 'x'.repeat(5000)), new Error('x'.repeat(5000))])
    expect(ErrorBody.safeParse(toErrorBody(error)).success).toBe(true);
});

const Person = z.object({ name: z.string().max(5), tags: z.array(z.string()).max(2) });

test('a refusal names the thing, the field and what is wrong with it', () => {
  expect(() => parseOrThrow(Person, { name: 'Kernighan', tags: [] }, 'The person')).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: 'The person is not valid: name: Too big: expected string to have <=5 characters',
    }),
  );
  expect(parseOrThrow(Person, { name: 'Ken', tags: ['a'], more: 1 }, 'The person')).toEqual({
    name: 'Ken',
    tags: ['a'],
  });
});

test('a value whose length cannot be compared is refused like any other', () => {
  const wrong = { name: 'Ken', tags: { length: { toString: 1 } } };
  expect(checkValue(Person, wrong)).toMatchObject({ ok: false });
});

test('a fault in a schema itself is not taken for a wrong value', () => {
  const broken = z.string().refine(() => {
    throw new RangeError('a fault of ours');
  });
  expect(() => checkValue(broken, 'x')).toThrow('a fault of ours');
});
