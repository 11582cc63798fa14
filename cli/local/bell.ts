/** Wakes one who waits. A ring while nobody waits is remembered. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at once when it rang since the last wait, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createBell(): Bell {
  let rang = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    async wait(ms) {
      if (!rang) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
      rang = false;
    },
  };
}
