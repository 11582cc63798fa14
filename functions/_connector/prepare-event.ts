import { z } from 'zod';
import { type InboxEntry, textOf } from '#lib/redis/inbox-entry.js';

const Stored = z.looseObject({ id: z.string().optional(), data: z.unknown() });
const Delivered = z.object({ delivery: z.string() });

/** What is posted for an entry. */
export interface Prepared {
  readonly body: Buffer;
  readonly contentType: string;
  /** Why it can't be posted; null when it can. */
  readonly problem: string | null;
  /** The webhook delivery that an event of ours came by, or ''. */
  readonly delivery: string;
}

const EVENT_TYPE = 'application/cloudevents+json';

/** The event of an entry of ours as it goes out: an event without an id gets the entry's, and keeps it for good. */
export function prepareEvent(entry: Pick<InboxEntry, 'id' | 'fields'>): Prepared {
  const event = textOf(entry, 'event');
  const stored = Stored.safeParse(parseJson(event));
  if (!stored.success) {
    return pack(event, { problem: 'the entry holds no CloudEvent', delivery: '' });
  }
  const { data, id } = stored.data;
  const delivered = textOf(entry, 'type').startsWith('github.') ? Delivered.safeParse(data) : null;
  const body = JSON.stringify({ ...stored.data, id: id || entry.id });
  return pack(body, { problem: null, delivery: delivered?.data?.delivery ?? '' });
}

function pack(body: string, rest: Pick<Prepared, 'problem' | 'delivery'>): Prepared {
  return { body: Buffer.from(body), contentType: EVENT_TYPE, ...rest };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
