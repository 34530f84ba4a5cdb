import { AppError } from '../../contract/lib/errors.ts';

/** The error of a call, as its caller sees it. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}
