import { AppError } from '../../contract/lib/errors.ts';
import { type CallName, calls, type Handlers } from '../../contract/rpc/contract.ts';

/** Handlers of every call, for a test that needs some: the others answer that they are not there. */
export function stubHandlers(given: Partial<Handlers>): Handlers {
  const names = Object.keys(calls) as CallName[];
  const missing = (name: CallName) => () => {
    throw new AppError('unsupported', `The test does not serve ${name}.`);
  };
  return { ...Object.fromEntries(names.map((name) => [name, missing(name)])), ...given } as Handlers;
}
