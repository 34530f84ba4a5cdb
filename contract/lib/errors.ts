import { z } from 'zod';

/** Every way in which something can fail, as the caller needs to tell them apart. */
export const ErrorCode = z.enum([
  'invalid',
  'denied',
  'not-found',
  'conflict',
  'offline',
  'timeout',
  'cancelled',
  'incompatible',
  'unsupported',
  'too-large',
  'no-space',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** An error as plain data: what crosses a port, a topic or a file. */
export const ErrorBody = z.object({
  code: ErrorCode,
  message: z.string().max(4000),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The only error class. The message is a sentence that its reader can act on; the cause is for the log. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly data: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    data?: Record<string, unknown>,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/** Turns anything thrown into data. An unknown error becomes `internal` with its own message. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof AppError) {
    const body: ErrorBody = { code: error.code, message: error.message.slice(0, 4000) };
    return error.data ? { ...body, data: error.data } : body;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: message.slice(0, 4000) };
}

/** The reverse of `toErrorBody`. */
export function fromErrorBody(body: ErrorBody): AppError {
  return new AppError(body.code, body.message, body.data);
}

/** Names and values in a sentence come from strangers: a longer part is cut, so that the sentence can always be told. */
const PART_LIMIT_CHARS = 300;

const clipped = (text: string): string =>
  text.length > PART_LIMIT_CHARS ? `${text.slice(0, PART_LIMIT_CHARS)}…` : text;

/** One sentence of at most some 600 characters for the first problem that zod found, with the path of the field. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'The value is not valid.';
  const path = clipped(issue.path.map(String).join('.'));
  const message = clipped(issue.message);
  return path ? `${path}: ${message}` : message;
}

/** A value that its schema has let through, or what is wrong with it, as a sentence. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Checks a value from outside. Unlike `safeParse` it never throws: zod asks whatever has a `length` whether it is too
 * long, and an object with `{"length": {"toString": 1}}` in the place of a list or text then cannot be compared.
 */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  try {
    const result = schema.safeParse(value);
    return result.success
      ? { ok: true, value: result.data }
      : { ok: false, problem: describeIssue(result.error) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, problem: 'it holds an object where none can be' };
    throw error;
  }
}

/** Parses or throws `invalid`, naming the thing and the first field that is wrong. */
export function parseOrThrow<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const checked = checkValue(schema, value);
  if (checked.ok) return checked.value;
  throw new AppError('invalid', `${what} is not valid: ${checked.problem}`);
}
