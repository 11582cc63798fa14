import type { Inbox } from '#lib/redis/keys.js';
import { toRecord } from '#lib/redis/reply.js';
import type { Room } from '#lib/redis/room.js';

export async function addToStream(
  room: Room,
  stream: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  return (await room.redis.xadd(stream, '*', ...Object.entries(fields).flat())) ?? '';
}

/** How many entries of a stream its function has in hand, and how many it has not read; null without a group. */
export async function readGroup(
  room: Room,
  { stream, group }: Inbox,
): Promise<{ pending: number; lag: number } | null> {
  const groups = (await room.redis.xinfo('GROUPS', stream).catch(() => [])) as unknown[][];
  const found = groups.map((flat) => toRecord(flat.map(String))).find(({ name }) => name === group);
  return found ? { pending: Number(found['pending']), lag: Number(found['lag']) } : null;
}

/** The entries that dead letters of a stream once were. */
export async function listIds(room: Room, dead: string): Promise<string[]> {
  const letters = await room.redis.xrange(dead, '-', '+');
  return letters.map(([, fields]) => toRecord(fields)['dead:entry'] ?? '');
}

export async function isThere(room: Room, key: string): Promise<boolean> {
  return (await room.redis.exists(key)) === 1;
}
