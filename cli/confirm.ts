import { AppError } from '../contract/lib/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Goes on only after --yes or after the person typed the expected words. `what` names the action and its object:
 * `Reboot 12 devices of the site Depot`.
 */
export async function confirm(
  terminal: Terminal,
  what: string,
  expected: string,
  yes: boolean,
): Promise<void> {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new AppError('invalid', `${what}: add --yes, because nobody can be asked here. Nothing was done.`);
  }
  const answer = await terminal.ask(`${what}. Type ${expected} to go on: `);
  if (answer.trim() === expected) return;
  throw new AppError('cancelled', `That is not “${expected}”. Nothing was done.`);
}
