import type { z } from 'zod';
import { AppError, parseOrThrow } from '../lib/errors.ts';

/** How deep objects and arrays may lie in each other: what is deeper cannot be written out again without a crash. */
export const NESTING_LIMIT = 64;

/**
 * JSON text from the network to a checked value. The length is looked at before anything is parsed
 * (`limitBytes` bounds the text's characters, which are never more than its bytes). Throws `too-large` or `invalid`.
 */
export function decode<T>(schema: z.ZodType<T>, text: string, limitBytes: number, what: string): T {
  if (text.length > limitBytes) {
    throw new AppError('too-large', `${what} has more than ${limitBytes} bytes.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid', `${what} is not JSON.`, undefined, { cause });
  }
  if (!isShallow(value))
    throw new AppError('invalid', `${what} is nested deeper than ${NESTING_LIMIT} levels.`);
  return parseOrThrow(schema, value, what);
}

/** Whether a parsed value is nested at most `levels` deep; a number or text has no level. */
export function isShallow(value: unknown, levels = NESTING_LIMIT): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.values(value).every((member) => isShallow(member, levels - 1));
}
