import { RaibidError } from '#lib/errors.js';

/** The RaibidError that a promise is rejected with; anything else fails the test. */
export async function caught(work: Promise<unknown>): Promise<RaibidError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RaibidError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
