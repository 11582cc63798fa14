import { z } from 'zod';
import type { FunctionName } from '#lib/core/names.js';
import { CONNECTOR_GROUP, keys } from './keys.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

/** An event that waits for a function, as it lies in the stream. */
export interface InboxEntry {
  readonly id: string;
  readonly type: string;
  /** Entries with the same key are delivered one at a time, in order; '' for none. */
  readonly partitionKey: string;
  /** CloudEvent as JSON text, usually without an id. */
  readonly event: string;
}

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

const StreamReply = z
  .array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.string()).nullable()]))]))
  .nullable();

/** Makes the stream and its consumer group where they are missing. */
export async function ensureInbox(room: Room, fn: FunctionName): Promise<void> {
  try {
    await room.redis.xgroup('CREATE', keys.inbox(fn), CONNECTOR_GROUP, '0', 'MKSTREAM');
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
  }
}

/** Waits up to `blockMs` for entries that nobody has got yet. */
export async function readNewEntries(
  reader: InboxReader,
  fn: FunctionName,
  { consumer, count, blockMs }: { consumer: string; count: number; blockMs: number },
): Promise<InboxEntry[]> {
  const group = ['GROUP', CONNECTOR_GROUP, consumer] as const;
  const reply = await reader.xreadgroup(...group, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', keys.inbox(fn), '>');
  return parseEntries(reply).entries;
}

/**
 * The consumer's own pending entries after the id `after`, oldest first; `last` is where to go on, null at the end.
 * Pending ids whose entry was deleted come in `ghosts`.
 */
export async function readOwnEntries(
  reader: InboxReader,
  fn: FunctionName,
  { consumer, count, after }: { consumer: string; count: number; after: string },
): Promise<{ entries: InboxEntry[]; ghosts: string[]; last: string | null }> {
  const group = ['GROUP', CONNECTOR_GROUP, consumer] as const;
  return parseEntries(await reader.xreadgroup(...group, 'COUNT', count, 'STREAMS', keys.inbox(fn), after));
}

function parseEntries(reply: unknown): { entries: InboxEntry[]; ghosts: string[]; last: string | null } {
  const rows = parseReply(StreamReply, reply)?.[0]?.[1] ?? [];
  const entries = rows.flatMap(([id, fields]) => (fields === null ? [] : [toEntry(id, fields)]));
  const ghosts = rows.flatMap(([id, fields]) => (fields === null ? [id] : []));
  return { entries, ghosts, last: rows.at(-1)?.[0] ?? null };
}

function toEntry(id: string, fields: readonly string[]): InboxEntry {
  const field = (name: string) => fields.find((_, i) => fields[i - 1] === name && i % 2 === 1) ?? '';
  return { id, type: field('type'), partitionKey: field('partitionkey'), event: field('event') };
}

/** What was remembered about entries, by id. */
export async function readTries(room: Room, fn: FunctionName, ids: readonly string[]): Promise<Map<string, Tries>> {
  if (ids.length === 0) return new Map();
  const stored = await room.redis.hmget(keys.tries(fn), ...ids);
  return new Map(ids.flatMap((id, i) => (stored[i] ? [[id, Tries.parse(JSON.parse(stored[i]))]] : [])));
}

/** Remembers how an entry fared; false when it is gone. */
export async function recordTries(room: Room, fn: FunctionName, entry: string, tries: Tries): Promise<boolean> {
  return (await room.run('retry-inbox', { fn, entry, tries: JSON.stringify(tries) })) === 1;
}

/** Ends an entry that was delivered. Repeatable. */
export async function ackEntry(room: Room, fn: FunctionName, entry: string): Promise<void> {
  await room.run('ack-inbox', { fn, entry });
}

/** Takes or keeps the right to read an inbox for `ttlMs`, and renews `entries`; false when another has it. */
export async function holdInbox(
  room: Room,
  fn: FunctionName,
  options: { consumer: string; ttlMs: number; entries: readonly string[] },
): Promise<boolean> {
  return (await room.run('hold-inbox', { fn, ...options })) === 1;
}

/** Gives that right up; `entries`, which have no call open, may be taken by others at once. */
export async function leaveInbox(
  room: Room,
  fn: FunctionName,
  options: { consumer: string; entries: readonly string[] },
): Promise<void> {
  await room.run('leave-inbox', { fn, ...options });
}

/** Takes over the entries that others left alone for `minIdleMs`; `foreign` is how many others still hold. */
export async function takeStaleEntries(
  room: Room,
  fn: FunctionName,
  options: { consumer: string; minIdleMs: number },
): Promise<{ taken: number; foreign: number }> {
  const reply = await room.run('take-inbox', { fn, ...options });
  const [taken, foreign] = parseReply(z.tuple([z.number(), z.number()]), reply);
  return { taken, foreign };
}
