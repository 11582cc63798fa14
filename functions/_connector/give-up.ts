import type { Tries } from '#lib/redis/inbox.js';
import type { Answer, Verdict } from './judge-answer.js';
import { describeAnswer } from './judge-answer.js';

export const MAX_TRIES = 8;
export const MAX_AGE_MS = 24 * 3600 * 1000;
/** No `Retry-After` puts an event off for longer. */
const MAX_RETRY_AFTER_MS = 3600 * 1000;

/** The record of an event after one more call that has to be repeated. */
export function countTry({
  before,
  answer,
  verdict,
  now,
  backoff,
}: {
  before: Tries | null;
  answer: Answer;
  verdict: Extract<Verdict, { kind: 'again' }>;
  /** Unix ms. */
  now: number;
  /** Wait in ms after this many calls. */
  backoff: (calls: number) => number;
}): Tries {
  const tries = (before?.tries ?? 0) + (verdict.counted ? 1 : 0);
  const calls = (before?.calls ?? 0) + 1;
  return {
    tries,
    calls,
    firstAt: before?.firstAt ?? now,
    nextAt: now + chooseWait(verdict, backoff(calls)),
    why: describeAnswer(answer),
  };
}

/** Who says when to come again and does not count the try (425, 429) is taken at his word; else the longer wait holds. */
function chooseWait(
  { counted, retryAfterMs }: { counted: boolean; retryAfterMs: number | null },
  wait: number,
): number {
  if (retryAfterMs === null) return wait;
  const asked = Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
  // An answer that asks for no wait at all must not make a busy loop.
  return counted || asked === 0 ? Math.max(asked, wait) : asked;
}

/** Whether an event has had its chances. */
export function isSpent({ tries, firstAt }: Tries, now: number): boolean {
  return tries >= MAX_TRIES || now - firstAt >= MAX_AGE_MS;
}
