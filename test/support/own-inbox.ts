import { readNewEntries } from '#lib/redis/inbox.js';
import { textOf } from '#lib/redis/inbox-entry.js';
import { keys, ownInbox } from '#lib/redis/keys.js';
import type { Room } from '#lib/redis/room.js';

/** Puts entries into the inbox of enqueue, and looks at them, as a connector would. */
export function useOwnInbox(readRoom: () => Room) {
  const stream = keys.inbox('enqueue');
  return {
    async post(event = '{}', key = 'k'): Promise<string> {
      return (await readRoom().redis.xadd(stream, '*', 'type', 't', 'partitionkey', key, 'event', event)) ?? '';
    },
    read: async (consumer: string, count = 10) =>
      (await readNewEntries(readRoom().redis, ownInbox('enqueue'), { consumer, count, blockMs: 10 })).map((entry) => ({
        ...{ id: entry.id, partitionKey: entry.partitionKey },
        ...{ type: textOf(entry, 'type'), event: textOf(entry, 'event') },
      })),
    pending: async () => (await readRoom().redis.xpending(stream, 'connector'))[0],
  };
}
