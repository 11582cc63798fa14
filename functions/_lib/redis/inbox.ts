import { z } from 'zod';
import { type InboxEntries, type InboxEntry, parseEntries } from './inbox-entry.js';
import type { Inbox } from './keys.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

/** How an entry fared so far. */
const Tries = z.object({
  /** Tries that count against the limit. */
  tries: z.number(),
  /** All calls, those included that only met the infrastructure. */
  calls: z.number(),
  /** Unix ms of the first call, and of the next. */
  firstAt: z.number(),
  nextAt: z.number(),
  why: z.string(),
});
export type Tries = z.infer<typeof Tries>;

/** The reader's own connection: blocking reads would hold up everything else. */
export type InboxReader = ReturnType<Room['connect']>;

/** Makes the stream and its consumer group where they are missing; a new group begins with the first entry there is, or the next. */
export async function ensureInbox(room: Room, inbox: Inbox, from: 'first' | 'next' = 'first'): Promise<void> {
  try {
    await room.redis.xgroup('CREATE', inbox.stream, inbox.group, from === 'first' ? '0' : '$', 'MKSTREAM');
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
  }
}

/** Waits up to `blockMs` for entries that nobody has got yet. */
export async function readNewEntries(
  reader: InboxReader,
  { stream, group }: Inbox,
  { consumer, count, blockMs }: { consumer: string; count: number; blockMs: number },
): Promise<InboxEntry[]> {
  const as = ['GROUP', group, consumer] as const;
  const reply = await reader.xreadgroupBuffer(...as, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', stream, '>');
  return parseEntries(reply).entries;
}

/** The consumer's own pending entries after the id `after`, oldest first. */
export async function readOwnEntries(
  reader: InboxReader,
  { stream, group }: Inbox,
  { consumer, count, after }: { consumer: string; count: number; after: string },
): Promise<InboxEntries> {
  const as = ['GROUP', group, consumer] as const;
  return parseEntries(await reader.xreadgroupBuffer(...as, 'COUNT', count, 'STREAMS', stream, after));
}

/** What was remembered about entries, by id. */
export async function readTries(room: Room, inbox: Inbox, ids: readonly string[]): Promise<Map<string, Tries>> {
  if (ids.length === 0) return new Map();
  const stored = await room.redis.hmget(inbox.tries, ...ids);
  return new Map(ids.flatMap((id, i) => (stored[i] ? [[id, Tries.parse(JSON.parse(stored[i]))]] : [])));
}

/** Remembers how an entry fared; false when it is gone. */
export async function recordTries(room: Room, inbox: Inbox, entry: string, tries: Tries): Promise<boolean> {
  return (await room.run('retry-inbox', { inbox, entry, tries: JSON.stringify(tries) })) === 1;
}

/** Ends an entry that was delivered. Repeatable. */
export async function ackEntry(room: Room, inbox: Inbox, entry: string): Promise<void> {
  await room.run('ack-inbox', { inbox, entry });
}

/** Whether an inbox is ours; `wanted`: ours, and one wishes for it that holds fewer than we do. */
export type Hold = 'no' | 'yes' | 'wanted';
const HOLDS: readonly Hold[] = ['no', 'yes', 'wanted'];

/** Takes or keeps the right to read an inbox for `ttlMs`, and renews `entries`. `held` is how many inboxes the consumer holds besides. */
export async function holdInbox(
  room: Room,
  inbox: Inbox,
  options: { consumer: string; held: number; ttlMs: number; entries: readonly string[] },
): Promise<Hold> {
  return HOLDS[parseReply(z.number(), await room.run('hold-inbox', { inbox, ...options }))] ?? 'no';
}

/** Gives that right up; others may take what was pending at once, all but the `busy` entries, whose call is open. */
export async function leaveInbox(
  room: Room,
  inbox: Inbox,
  options: { consumer: string; busy: readonly string[] },
): Promise<void> {
  await room.run('leave-inbox', { inbox, ...options });
}

/** Takes over the entries that others left alone for `minIdleMs`; `foreign` is how many others still hold. */
export async function takeStaleEntries(
  room: Room,
  inbox: Inbox,
  options: { consumer: string; minIdleMs: number },
): Promise<{ taken: number; foreign: number }> {
  const reply = await room.run('take-inbox', { inbox, ...options });
  const [taken, foreign] = parseReply(z.tuple([z.number(), z.number()]), reply);
  return { taken, foreign };
}
