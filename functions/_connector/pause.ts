import { setTimeout as delay } from 'node:timers/promises';

/** Waits, at most until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The rejection only says that the wait was cut short.
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
