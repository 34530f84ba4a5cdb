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

/** Parses or throws `invalid`, naming the thing and the first field that is wrong. */
export function parseOrThrow<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('invalid', `${what} is not valid: ${describeIssue(result.error)}`);
}
