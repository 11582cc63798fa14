import { setTimeout as delay } from 'node:timers/promises';
import { isRedisAway } from './redis-away.js';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/**
 * Does work that needs Redis, again and again while Redis is away, and ends with its answer. Rejects with whatever else
 * goes wrong, and once the signal is aborted. `onProblem` is told of each try that failed.
 */
export async function insist<T>(
  work: () => Promise<T>,
  { signal, onProblem }: { signal?: AbortSignal; onProblem?: (error: unknown) => void } = {},
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      onProblem?.(error);
    }
    await delay(wait, undefined, { signal });
  }
}
