import { z } from 'zod';
import type { InboxEntry } from '#lib/redis/inbox.js';

const Stored = z.looseObject({ id: z.string().optional(), data: z.unknown() });
const Delivered = z.object({ delivery: z.string() });

export type Prepared =
  | { readonly ok: true; readonly body: string; readonly delivery: string }
  | { readonly ok: false; readonly why: string };

/**
 * The event of an inbox entry as it goes out: an event without an id gets the entry's, and keeps it for good.
 * `delivery` is the webhook delivery that it came by, or ''.
 */
export function prepareEvent({ id, type, event }: InboxEntry): Prepared {
  const stored = Stored.safeParse(parseJson(event));
  if (!stored.success) return { ok: false, why: 'the entry holds no CloudEvent' };
  const delivered = type.startsWith('github.') ? Delivered.safeParse(stored.data.data) : null;
  const body = JSON.stringify({ ...stored.data, id: stored.data.id || id });
  return { ok: true, body, delivery: delivered?.data?.delivery ?? '' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
