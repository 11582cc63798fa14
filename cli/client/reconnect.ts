import { setTimeout as delay } from 'node:timers/promises';
import { describeError, messageOf, RaibidError } from '#lib/errors.js';

const FIRST_MS = 200;
const LONGEST_MS = 5000;

export interface ReconnectOptions {
  readonly signal: AbortSignal;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Told before each wait, with what went wrong. */
  readonly onLost: (problem: string) => void;
}

/** What a connection did: `progress` starts the backoff anew. */
export interface Progress {
  made: boolean;
}

/**
 * Runs `connect` until it returns true (done) or the signal comes; a connection that breaks or ends is made again after
 * a doubling, jittered wait. The first one must come about: its failure is thrown, as is one that waiting can't cure.
 */
export async function reconnect(
  connect: (progress: Progress) => Promise<boolean>,
  { signal, random, onLost }: ReconnectOptions,
): Promise<void> {
  let everMade = false;
  for (let wait = FIRST_MS; !signal.aborted; wait = Math.min(LONGEST_MS, wait * 2)) {
    const progress: Progress = { made: false };
    let problem = 'the platform ended it';
    try {
      if (await connect(progress)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RaibidError && !(describeError(error.code).retry && (everMade || progress.made)))
        throw error;
      problem = messageOf(error);
    }
    everMade ||= progress.made;
    if (progress.made) wait = FIRST_MS;
    if (signal.aborted) return;
    onLost(problem);
    await delay(wait * (0.5 + random() / 2), undefined, { signal }).catch(() => undefined);
  }
}
