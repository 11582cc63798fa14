import { RaibidError } from '#lib/errors.js';
import { keys } from './keys.js';
import type { Room } from './room.js';

/** Version of what is stored in Redis; raised when older programs could not read it. */
export const SCHEMA_VERSION = 1;

/** Marks the data with its version. Throws data-too-new when a newer raibid wrote it. */
export async function checkSchema(room: Room): Promise<void> {
  const stored = Number((await room.redis.set(keys.schema, SCHEMA_VERSION, 'NX', 'GET')) ?? SCHEMA_VERSION);
  if (stored <= SCHEMA_VERSION) return;
  throw new RaibidError('data-too-new', `the data in Redis has version ${stored}, this raibid knows ${SCHEMA_VERSION}`);
}
