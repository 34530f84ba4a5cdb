import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';

/** Operator keys, broker passwords and the like, by name. A secret appears in no log, no error and no export. */
export interface SecretStore extends Service {
  /** Undefined when there is none; `denied` when it cannot be decrypted. */
  get(name: string): Promise<string | undefined>;
  /** Resolves when it is durable. */
  set(name: string, value: string): Promise<void>;
  /** Resolves when it is durably gone; no error when there was none. */
  delete(name: string): Promise<void>;
}

/** Such as `site/3f2a…/broker-password`. */
export const SecretName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/);

const SECRET_LIMIT_CHARACTERS = 64 * 1024;

/** Throws `invalid` without repeating the value. */
export function checkSecret(name: string, value = ''): void {
  if (!SecretName.safeParse(name).success) {
    throw new AppError(
      'invalid',
      'The name of a secret has at most 200 letters, digits and . _ : / - characters.',
    );
  }
  if (value.length > SECRET_LIMIT_CHARACTERS) {
    throw new AppError(
      'too-large',
      `The secret “${name}” is longer than ${SECRET_LIMIT_CHARACTERS} characters.`,
    );
  }
}
