import type { z } from 'zod';
import { AppError, describeIssue } from '../lib/errors.ts';

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
  const result = schema.safeParse(value);
  if (!result.success) throw new AppError('invalid', `${what} is not valid: ${describeIssue(result.error)}`);
  return result.data;
}
