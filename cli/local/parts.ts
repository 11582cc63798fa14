import type { Logger } from 'pino';

/** Something that was started and must be stopped. */
export interface Part {
  /** Ends in good order; what takes longer than `ms` is cut off. */
  stop(ms: number): Promise<void> | void;
  /** Ends at once. Must not throw. */
  stopNow(): void;
}

/** What has been started so far; it is stopped in reverse order. */
export interface Parts {
  add(part: Part): void;
  stop(ms: number): Promise<void>;
  stopNow(): void;
}

export function createParts({ log, now }: { log: Logger; now: () => number }): Parts {
  const started: Part[] = [];
  let stopped: Promise<void> | null = null;

  async function stopAll(ms: number): Promise<void> {
    const end = now() + ms;
    for (let part = started.at(-1); part !== undefined; part = started.at(-1)) {
      try {
        await part.stop(Math.max(0, end - now()));
      } catch (err) {
        // One that does not stop well must not keep the others running.
        log.error({ err }, 'stopping failed');
        part.stopNow();
      }
      // Only now: until it has stopped, stopNow concerns it too.
      started.pop();
    }
  }

  return {
    add: (part) => void started.push(part),
    stop: (ms) => (stopped ??= stopAll(ms)),
    stopNow() {
      for (const part of [...started].reverse()) part.stopNow();
    },
  };
}
