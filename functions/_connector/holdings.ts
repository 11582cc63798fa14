/** How many inboxes a connector holds. Of those that others wish for it gives up one at a time. */
export interface Holdings {
  count(): number;
  take(): void;
  leave(): void;
  /** Whether one may be given up now; who gets it has time to say that it holds one more before the next is. */
  mayGive(): boolean;
}

export function createHoldings({ everyMs, now }: { everyMs: number; now: () => number }): Holdings {
  let held = 0;
  let gaveAt = -Infinity;
  return {
    count: () => held,
    take: () => void (held += 1),
    leave: () => void (held -= 1),
    mayGive() {
      if (now() - gaveAt < everyMs) return false;
      gaveAt = now();
      return true;
    },
  };
}
