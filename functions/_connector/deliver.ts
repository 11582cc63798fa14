import { setMaxListeners } from 'node:events';
import type { InboxEntry } from '#lib/redis/inbox-entry.js';
import type { Tries } from '#lib/redis/inbox.js';
import { deliverEntry, type EntryOptions } from './deliver-entry.js';
import { createHand } from './hand.js';
import type { Answer } from './judge-answer.js';
import { createLanes } from './lanes.js';
import { createThrottle } from './throttle.js';

/** Wait after a failure that should not be possible. */
const SURPRISE_WAIT_MS = 5000;
const TOO_MANY = 429;

interface Held {
  readonly entry: InboxEntry;
  tries: Tries | null;
  calling: boolean;
}

/** Entries in hand: called, called again, until they are done with. */
export interface Delivery {
  /** Takes entries, oldest first; `tries` says how they fared under an earlier holder. */
  add(entries: readonly InboxEntry[], tries: ReadonlyMap<string, Tries>): void;
  /** Ids of all entries in hand. */
  held(): string[];
  /** Ids of those with an open call. */
  busy(): string[];
  open(): number;
  /** Unix ms of the oldest entry in hand; null without one. */
  oldest(): number | null;
  /** How many more entries may be brought. */
  wanted(): number;
  /** Resolves when some are wanted, or never will be again. */
  hungry(): Promise<void>;
  /** Starts no further call; resolves when none is open. */
  drain(): Promise<void>;
  /** Ends open calls; their entries stay pending. */
  abort(): void;
}

export function createDelivery(options: EntryOptions & { readonly limit: number }): Delivery {
  const { target, fn, limit, now, log } = options;
  const lanes = createLanes<Held>();
  const hand = createHand<Held>(limit);
  const throttle = createThrottle();
  const timers = new Map<string, NodeJS.Timeout>();
  const waiters = new Set<() => void>();
  const end = new AbortController();
  // Every open call listens.
  setMaxListeners(0, end.signal);
  let open = 0;
  let draining = false;
  let quiet: NodeJS.Timeout | undefined;

  function pump(): void {
    while (!draining && open < throttle.limit(target().concurrency)) {
      const quietMs = throttle.quietMs(now());
      if (quietMs > 0) {
        clearTimeout(quiet);
        quiet = setTimeout(pump, quietMs);
        return;
      }
      const next = lanes.take();
      if (!next) return;
      const wait = (next.item.tries?.nextAt ?? 0) - now();
      if (wait > 0) wakeLater(next.key, wait);
      else void call(next.key, next.item);
    }
  }

  function wakeLater(key: string, wait: number): void {
    const wake = () => {
      timers.delete(key);
      lanes.wake(key);
      pump();
    };
    timers.set(key, setTimeout(wake, wait));
  }

  async function call(key: string, held: Held): Promise<void> {
    open += 1;
    held.calling = true;
    const mark = throttle.begin();
    const onAnswer = (answer: Answer) => {
      if (answer.kind !== 'answered') return;
      const { status, retryAfterMs } = answer;
      if (status < 300) throttle.succeed();
      const until = retryAfterMs === null ? null : now() + retryAfterMs;
      if (status === TOO_MANY) throttle.refuse(mark, target().concurrency, until);
    };
    try {
      held.tries = await deliverEntry(options, held, { signal: end.signal, onAnswer });
      if (held.tries) {
        lanes.wake(key);
      } else {
        hand.drop(held.entry);
        lanes.finish(key);
      }
    } catch (error) {
      if (!end.signal.aborted) {
        log.error({ err: error, fn, entry: held.entry.id }, 'delivery stopped short');
        wakeLater(key, SURPRISE_WAIT_MS);
      }
    } finally {
      held.calling = false;
      open -= 1;
      for (const look of waiters) look();
      pump();
    }
  }

  /** Resolves when the condition holds; looked at whenever a call ends. */
  function when(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiters.delete(look);
        resolve();
      };
      waiters.add(look);
    });
  }

  return {
    add(entries, tries) {
      for (const entry of entries) {
        const held = { entry, tries: tries.get(entry.id) ?? null, calling: false };
        if (!hand.take(entry, held)) continue;
        // Without a key an entry has a lane of its own; no key begins like that.
        lanes.add(entry.partitionKey === '' ? `\n${entry.id}` : entry.partitionKey, held);
      }
      pump();
    },
    held: () => hand.ids(),
    busy: () => hand.items().flatMap(({ calling, entry }) => (calling ? [entry.id] : [])),
    open: () => open,
    oldest: () => hand.oldest(),
    wanted: () => hand.wanted(),
    hungry: () => when(() => draining || hand.wanted() > 0),
    drain() {
      draining = true;
      clearTimeout(quiet);
      for (const timer of timers.values()) clearTimeout(timer);
      for (const look of waiters) look();
      return when(() => open === 0);
    },
    abort: () => end.abort(),
  };
}
