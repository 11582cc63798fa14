import { z } from 'zod';
import type { FunctionName } from '#lib/core/names.js';
import { type Inbox, keys } from './keys.js';
import { parseReply, toRecord } from './reply.js';
import type { Room } from './room.js';

/** An event that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly type: string;
  /** Unix ms. */
  readonly failedAt: number;
  /** Tries that counted. */
  readonly tries: number;
  /** The last answer. */
  readonly why: string;
  /** Id of the inbox entry that it was. */
  readonly entry: string;
  /** The CloudEvent as it was delivered; text when it was not JSON. */
  readonly event: unknown;
}

const Fields = z.object({
  type: z.string(),
  failedAt: z.coerce.number(),
  tries: z.coerce.number(),
  why: z.string(),
  entry: z.string(),
  event: z.string(),
});

const STREAM_ID = /^[0-9]{1,18}-[0-9]{1,18}$/;

/** Dead letters of a function, newest first; `cursor` is the `nextCursor` of the page before. */
export async function listDeadLetters(
  room: Room,
  fn: FunctionName,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<{ entries: DeadLetter[]; nextCursor: string | null }> {
  if (cursor !== undefined && !STREAM_ID.test(cursor)) return { entries: [], nextCursor: null };
  const from = cursor === undefined ? '+' : `(${cursor}`;
  const rows = await room.redis.xrevrange(keys.dead(fn), from, '-', 'COUNT', limit + 1);
  const entries = rows.slice(0, limit).map(([id, fields]) => toDeadLetter(id, fields));
  return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

/** One dead letter; null when there is none of that id. */
export async function findDeadLetter(room: Room, fn: FunctionName, id: string): Promise<DeadLetter | null> {
  if (!STREAM_ID.test(id)) return null;
  const [row] = await room.redis.xrange(keys.dead(fn), id, id);
  return row ? toDeadLetter(...row) : null;
}

/** Puts a dead letter back into the inbox, with no tries against it; null when there is none of that id, else the new entry's id. */
export async function retryDeadLetter(room: Room, fn: FunctionName, id: string): Promise<string | null> {
  if (!STREAM_ID.test(id)) return null;
  return parseReply(z.string(), await room.run('retry-dead-letter', { fn, id })) || null;
}

/** Removes a dead letter; false when there is none of that id. */
export async function dropDeadLetter(room: Room, fn: FunctionName, id: string): Promise<boolean> {
  return STREAM_ID.test(id) && (await room.redis.xdel(keys.dead(fn), id)) === 1;
}

/** What is kept of an event that is given up. */
export interface Obituary {
  /** The event as it was delivered. */
  readonly event: string;
  readonly why: string;
  readonly tries: number;
  /** Id of the webhook delivery, to be accepted again; '' when the event is none. */
  readonly delivery: string;
}

/** Moves an entry of one of our inboxes to the dead letters. Repeatable; false when it was gone. */
export async function makeDeadLetter(room: Room, inbox: Inbox, entry: string, obituary: Obituary): Promise<boolean> {
  const { event, why, tries, delivery } = obituary;
  return (await room.run('make-dead-letter', { inbox, entry, event, why, tries, delivery })) !== '';
}

/** The same for an entry of somebody else's stream; `body` is what was delivered. Repeatable; false when it was gone. */
export async function makeStreamDeadLetter(
  room: Room,
  inbox: Inbox,
  entry: string,
  { body, why, tries }: { body: Buffer; why: string; tries: number },
): Promise<boolean> {
  return (await room.run('make-stream-dead-letter', { inbox, entry, why, tries }, body)) !== '';
}

function toDeadLetter(id: string, fields: string[]): DeadLetter {
  const { event, ...rest } = Fields.parse(toRecord(fields));
  return { id, ...rest, event: parseEvent(event) };
}

function parseEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
