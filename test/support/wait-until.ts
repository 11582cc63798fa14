import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition to hold and returns what it answered; fails with the last answer after the deadline (ms). */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  {
    deadlineMs = 20_000,
    everyMs = 10,
    what = condition.toString(),
  }: { deadlineMs?: number; everyMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`still not true after ${deadlineMs} ms: ${what}`);
    await delay(everyMs);
  }
}
