import { keys } from './keys.js';
import type { Room } from './room.js';

export type LockedWork<T> = { readonly locked: true; readonly value: T } | { readonly locked: false };

/** Does work while holding a lock, which is prolonged while it lasts; does nothing when another holds it. `owner` is of this call only. */
export async function withLock<T>(
  room: Room,
  { name, owner, ttlMs }: { name: string; owner: string; ttlMs: number },
  work: () => Promise<T>,
): Promise<LockedWork<T>> {
  const taken = (await room.redis.set(keys.lock(name), owner, 'PX', ttlMs, 'NX')) === 'OK';
  // A command whose answer got lost is sent again, and then finds the lock that it took itself.
  if (!taken && (await room.redis.get(keys.lock(name))) !== owner) return { locked: false };
  const prolong = setInterval(() => {
    // A missed prolongation shows at the next one; the lock's end is what it is for.
    room.run('release-lock', { name, owner, prolongMs: ttlMs }).catch(() => {});
  }, ttlMs / 3);
  try {
    return { locked: true, value: await work() };
  } finally {
    clearInterval(prolong);
    await room.run('release-lock', { name, owner, prolongMs: 0 });
  }
}

/** Takes a turn that nobody else may take for `ms`: true for the first to ask. */
export async function takeTurn(room: Room, name: string, ms: number): Promise<boolean> {
  return (await room.redis.set(keys.lock(name), '1', 'PX', ms, 'NX')) === 'OK';
}

/** Lets go of a lock, whoever holds it: for one who knows that its holder is dead. */
export async function breakLock(room: Room, name: string): Promise<void> {
  await room.redis.del(keys.lock(name));
}
