import type { InboxEntry, Tries } from '#lib/redis/inbox.js';
import { deliverEntry, type EntryOptions } from './deliver-entry.js';
import { createLanes } from './lanes.js';
import { entryTime } from './stats.js';

/** Wait after a failure that should not be possible. */
const SURPRISE_WAIT_MS = 5000;

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
  /** Ids of those without an open call. */
  idle(): string[];
  open(): number;
  /** Unix ms of the oldest entry in hand; null without one. */
  oldest(): number | null;
  /** Resolves when fewer than `limit` entries are in hand, or no more are wanted. */
  below(limit: number): Promise<void>;
  /** Starts no further call; resolves when none is open. */
  drain(): Promise<void>;
  /** Ends open calls; their entries stay pending. */
  abort(): void;
}

export function createDelivery(options: EntryOptions & { readonly concurrency: number }): Delivery {
  const { concurrency, fn, now, log } = options;
  const lanes = createLanes<Held>();
  const inHand = new Map<string, Held>();
  const timers = new Map<string, NodeJS.Timeout>();
  const waiters = new Set<() => void>();
  const end = new AbortController();
  let open = 0;
  let draining = false;

  function pump(): void {
    while (!draining && open < concurrency) {
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
    try {
      held.tries = await deliverEntry(options, held, end.signal);
      if (held.tries) {
        lanes.wake(key);
      } else {
        inHand.delete(held.entry.id);
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
        if (inHand.has(entry.id)) continue;
        const held = { entry, tries: tries.get(entry.id) ?? null, calling: false };
        inHand.set(entry.id, held);
        // Without a key an entry has a lane of its own; no key begins like that.
        lanes.add(entry.partitionKey === '' ? `\n${entry.id}` : entry.partitionKey, held);
      }
      pump();
    },
    held: () => [...inHand.keys()],
    idle: () => [...inHand.values()].filter(({ calling }) => !calling).map(({ entry }) => entry.id),
    open: () => open,
    oldest: () => [...inHand.keys()].reduce<number | null>((oldest, id) => earlier(oldest, entryTime(id)), null),
    below: (limit) => when(() => draining || inHand.size < limit),
    drain() {
      draining = true;
      for (const timer of timers.values()) clearTimeout(timer);
      for (const look of waiters) look();
      return when(() => open === 0);
    },
    abort: () => end.abort(),
  };
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}
