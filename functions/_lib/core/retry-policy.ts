import type { JobInputs } from './job.js';

/** A job whose agents vanish this often is errored. */
export const MAX_LOST = 3;
/** A job that agents give back this often is errored. */
export const MAX_RELEASED = 5;

/** Wait before the next attempt, by how often the job was lost, in milliseconds. The first loss costs nothing. */
export const LOST_BACKOFF_MS: readonly number[] = [0, 10_000];

export type GivenBack = 'released' | 'lost';

export type Verdict =
  | { readonly kind: 'again'; readonly delayMs: number }
  | { readonly kind: 'errored'; readonly cause: GivenBack };

/** What becomes of a job that an agent gave back or lost; `lost` and `released` count this time too. */
export function judgeRequeue(
  cause: GivenBack,
  { lost, released, retryOnLost }: { lost: number; released: number } & Pick<JobInputs, 'retryOnLost'>,
): Verdict {
  switch (cause) {
    case 'released':
      return released >= MAX_RELEASED ? { kind: 'errored', cause } : { kind: 'again', delayMs: 0 };
    case 'lost':
      if (!retryOnLost || lost >= MAX_LOST) return { kind: 'errored', cause };
      return { kind: 'again', delayMs: LOST_BACKOFF_MS[lost - 1] ?? LOST_BACKOFF_MS.at(-1) ?? 0 };
  }
}

/** Wait before a failed invocation is tried again: 0.2 s doubling to 60 s, with up to a quarter of jitter. */
export function backoffInvocation(tries: number, random: () => number): number {
  const base = Math.min(60_000, 200 * 2 ** Math.max(0, tries - 1));
  return Math.round(base * (1 + random() / 4));
}
