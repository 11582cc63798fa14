import type { InboxEntry } from '#lib/redis/inbox-entry.js';

/** Bytes of the entries of an inbox that may be in memory. */
const MOST_BYTES = 32 * 1024 * 1024;

/** What is in memory of an inbox: bounded in number and, for streams of others, in bytes. */
export interface Hand<T> {
  /** False when the entry is in already. */
  take(entry: InboxEntry, item: T): boolean;
  drop(entry: InboxEntry): void;
  ids(): string[];
  items(): T[];
  /** Unix ms of the oldest entry; null without one. */
  oldest(): number | null;
  /** How many more entries may come in. */
  wanted(): number;
}

export function createHand<T>(limit: number, mostBytes = MOST_BYTES): Hand<T> {
  const inHand = new Map<string, T>();
  let bytes = 0;
  // What the next one is taken to weigh: before any was seen, all there is room for; then as the largest of late.
  let expected = mostBytes;
  let seen = false;

  return {
    take(entry, item) {
      if (inHand.has(entry.id)) return false;
      inHand.set(entry.id, item);
      bytes += entry.size;
      expected = Math.max(1, entry.size, seen ? (expected * 15) / 16 : 0);
      seen = true;
      return true;
    },
    drop(entry) {
      if (inHand.delete(entry.id)) bytes -= entry.size;
    },
    ids: () => [...inHand.keys()],
    items: () => [...inHand.values()],
    oldest: () => [...inHand.keys()].reduce<number | null>((oldest, id) => earlier(oldest, entryTime(id)), null),
    wanted() {
      if (inHand.size >= limit || bytes >= mostBytes) return 0;
      return Math.max(1, Math.min(limit - inHand.size, Math.floor((mostBytes - bytes) / expected)));
    },
  };
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

/** Unix ms at which an entry came into its stream. */
function entryTime(id: string): number {
  return Number(id.split('-', 1)[0]);
}
