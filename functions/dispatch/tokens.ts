import { randomBytes } from 'node:crypto';
import type { Scope } from '#lib/core/scope.js';
import { RaibidError } from '#lib/errors.js';
import { hashToken } from '#lib/http/bearer.js';
import { listTokens, saveToken } from '#lib/redis/tokens.js';
import type { Room } from '#lib/redis/room.js';

/** Makes a token. Only its hash is stored: the text is in the answer, once. */
export async function createToken(
  room: Room,
  { name, scope, now }: { name: string; scope: Scope; now: number },
): Promise<string> {
  const names = (await listTokens(room)).map((token) => token.name);
  if (names.includes(name) || name === 'admin-token') throw new RaibidError('token-exists', `there is a token ${name}`);
  const token = `raibid_${randomBytes(24).toString('base64url')}`;
  await saveToken(room, hashToken(token), { name, scope, createdAt: now });
  return token;
}
