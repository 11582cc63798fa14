import type { Logger } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';
import { type Change, readLastChange, tailChanges } from '#lib/redis/events.js';
import type { Room } from '#lib/redis/room.js';

type Listener = (changes: readonly Change[]) => void;

/** One reader of the events stream for all who watch; it reads only while somebody does. */
export function createChangeFeed(room: Room, log: Logger): { subscribe(listener: Listener): () => void } {
  const listeners = new Set<Listener>();
  let stop: AbortController | null = null;

  async function read(signal: AbortSignal): Promise<void> {
    let last = await readLastChange(room);
    while (!signal.aborted) {
      try {
        for await (const changes of tailChanges(room, last, signal)) {
          last = changes.at(-1)?.id ?? last;
          for (const listener of listeners) listener(changes);
        }
      } catch (error) {
        log.warn({ err: error }, 'change feed interrupted');
        await delay(500, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (!stop) {
        stop = new AbortController();
        read(stop.signal).catch((error: unknown) => log.error({ err: error }, 'change feed failed'));
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.abort();
        stop = null;
      };
    },
  };
}
