/** The error that a promise or a call fails with; fails itself when there is none. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<Error> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof Error) return error;
    throw new TypeError(`not an Error: ${String(error)}`);
  }
  throw new Error('it did not fail');
}
