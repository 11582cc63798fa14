import { setTimeout as delay } from 'node:timers/promises';
import { RaibidError } from '#lib/errors.js';
import { pingRoom, type Room } from '#lib/redis/room.js';

const ANSWER_MS = 1000;
const RETRY_MS = 50;

/** Rejects with redis-unavailable when Redis does not answer soon. */
export async function checkRoom(room: Room): Promise<void> {
  const patience = new AbortController();
  const late = delay(ANSWER_MS, 'late', { signal: patience.signal }).catch(() => 'in time');
  const answer = await Promise.race([pingRoom(room), late]);
  patience.abort();
  if (answer === 'late') throw new RaibidError('redis-unavailable', 'Redis does not answer.');
}

/** Waits until Redis has loaded its data; rejects with what `failed` says. */
export async function waitForRoom(room: Room, failed: Promise<never>): Promise<void> {
  const tryPing = () =>
    pingRoom(room).then(
      () => true,
      () => false,
    );
  while (!(await Promise.race([tryPing(), failed]))) await delay(RETRY_MS);
}
