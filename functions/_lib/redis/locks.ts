import { keys } from './keys.js';
import type { Room } from './room.js';

export type LockedWork<T> = { readonly locked: true; readonly value: T } | { readonly locked: false };

/** Does work while holding a lock, which is prolonged while it lasts; does nothing when another holds it. */
export async function withLock<T>(
  room: Room,
  { name, owner, ttlMs }: { name: string; owner: string; ttlMs: number },
  work: () => Promise<T>,
): Promise<LockedWork<T>> {
  if ((await room.redis.set(keys.lock(name), owner, 'PX', ttlMs, 'NX')) !== 'OK') return { locked: false };
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
