import type { Logger } from 'pino';
import { type Change, followChanges } from '#lib/redis/events.js';
import type { Room } from '#lib/redis/room.js';

type Listener = (changes: readonly Change[]) => void;

/** One reader of the events stream for all who watch; it reads only while somebody does. */
export function createChangeFeed(room: Room, log: Logger): { subscribe(listener: Listener): () => void } {
  const listeners = new Set<Listener>();
  let stop: AbortController | null = null;

  async function read(signal: AbortSignal): Promise<void> {
    const onProblem = (err: unknown) => log.warn({ err }, 'change feed interrupted');
    for await (const changes of followChanges(room, signal, onProblem)) {
      for (const listener of listeners) listener(changes);
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (!stop) {
        stop = new AbortController();
        read(stop.signal).catch((err: unknown) => log.error({ err }, 'change feed failed'));
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
