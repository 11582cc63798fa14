import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/** Repeats work that needs Redis until it succeeds. Throws only once the signal is aborted. */
export async function insist<T>(
  work: () => Promise<T>,
  { what, signal, log }: { what: string; signal: AbortSignal; log: Logger },
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      log.warn({ err: error, what }, 'Redis did not take it; trying again');
    }
    await delay(wait, undefined, { signal });
  }
}
