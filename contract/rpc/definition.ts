import type { z } from 'zod';
import type { Access } from '../model/role.ts';

/** One call: what goes in, what comes out, who may make it. */
export interface CallDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly access: Access;
}

export function call<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  access: Access,
): CallDefinition<I, O> {
  return { input, output, access };
}
