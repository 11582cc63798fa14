import { setTimeout as delay } from 'node:timers/promises';

/** Does a call again and again while Redis is away; ends with its answer, or rejects when the signal comes. */
export async function insist<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error;
      await delay(200, undefined, { signal });
    }
  }
}

/** A connection that was lost, closed or silent: the same call may succeed later. Replies of Redis are no such errors. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ReplyError') return /^(?:LOADING|BUSY|READONLY|MASTERDOWN)/.test(error.message);
  return /Connection is closed|Command timed out|ECONN|ENOENT|EPIPE|Stream isn't writeable|aborted/i.test(
    error.message,
  );
}
