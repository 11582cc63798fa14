import { z } from 'zod';
import { SCOPES } from '#lib/core/scope.js';
import { keys } from './keys.js';
import type { Room } from './room.js';

const Stored = z.object({ name: z.string(), scope: z.enum(SCOPES), createdAt: z.number() });
export type Token = z.infer<typeof Stored>;

/** A token by the SHA-256 of its text, in hex; null when there is none. */
export async function findToken(room: Room, hash: string): Promise<Token | null> {
  const stored = await room.redis.hget(keys.tokens, hash);
  return stored === null ? null : Stored.parse(JSON.parse(stored));
}

export async function listTokens(room: Room): Promise<Token[]> {
  const all = await room.redis.hvals(keys.tokens);
  return all.map((stored) => Stored.parse(JSON.parse(stored))).sort((a, b) => a.name.localeCompare(b.name));
}

export async function saveToken(room: Room, hash: string, token: Token): Promise<void> {
  await room.redis.hset(keys.tokens, hash, JSON.stringify(token));
}

/** Removes a token by its name; false when there is none. */
export async function removeToken(room: Room, name: string): Promise<boolean> {
  const all = Object.entries(await room.redis.hgetall(keys.tokens));
  const hashes = all.filter(([, stored]) => Stored.parse(JSON.parse(stored)).name === name).map(([hash]) => hash);
  return hashes.length > 0 && (await room.redis.hdel(keys.tokens, ...hashes)) > 0;
}
