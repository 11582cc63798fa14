import { z } from 'zod';
import type { RaibidEvent } from '#lib/core/event.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

/** Takes a webhook delivery in, once; after `accepted` it is on disk. */
export async function receiveDelivery(
  room: Room,
  event: RaibidEvent<'github.push' | 'github.delete'>,
): Promise<'accepted' | 'duplicate'> {
  const sha = 'sha' in event.data ? event.data.sha : '';
  const reply = await room.run('receive-delivery', { delivery: event.data.delivery, event, sha });
  return parseReply(z.enum(['accepted', 'duplicate']), reply);
}
