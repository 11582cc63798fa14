/** No `Retry-After` holds a function up for longer. */
const MOST_QUIET_MS = 3600 * 1000;

/** What a function that answers 429 is asked for: fewer calls at once, more again as they succeed. */
export interface Throttle {
  /** Calls that may be open, of `most`. */
  limit(most: number): number;
  /** How long no call may begin, in ms. */
  quietMs(now: number): number;
  /** A mark for a call that begins. */
  begin(): number;
  /** A call with that mark was answered 429. Calls that began before the last cut do not make another. */
  refuse(mark: number, most: number, quietUntil: number | null): void;
  succeed(): void;
}

export function createThrottle(): Throttle {
  let allowed = Infinity;
  let successes = 0;
  let cuts = 0;
  let quietUntil = 0;
  const limit = (most: number) => Math.max(1, Math.min(most, allowed));

  return {
    limit,
    quietMs: (now) => Math.min(Math.max(0, quietUntil - now), MOST_QUIET_MS),
    begin: () => cuts,
    refuse(mark, most, until) {
      if (until !== null) quietUntil = Math.max(quietUntil, until);
      if (mark < cuts) return;
      cuts += 1;
      successes = 0;
      allowed = Math.floor(limit(most) / 2);
    },
    succeed() {
      successes += 1;
      if (successes < limit(Infinity)) return;
      successes = 0;
      allowed = limit(Infinity) + 1;
    },
  };
}
