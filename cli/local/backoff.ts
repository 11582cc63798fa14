/** How long to wait before something that keeps failing is started again. */
export interface Backoff {
  /** Counts a failure and answers the wait that follows it, in milliseconds. The first failure costs nothing. */
  fail(): number;
  succeed(): void;
}

/** Waits 0, then `firstMs`, then twice as long each time, up to `maxMs`. */
export function createBackoff({ firstMs, maxMs }: { firstMs: number; maxMs: number }): Backoff {
  let failures = 0;
  return {
    fail() {
      failures += 1;
      return failures === 1 ? 0 : Math.min(maxMs, firstMs * 2 ** (failures - 2));
    },
    succeed() {
      failures = 0;
    },
  };
}
