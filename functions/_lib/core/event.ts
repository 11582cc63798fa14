import { z } from 'zod';
import { DeliveryId, GitRef, RepoName, Sha } from './names.js';

/** What travels through the inboxes, by type: the `data` of a CloudEvent. */
const EVENT_DATA = {
  'github.push': z.object({
    delivery: DeliveryId,
    repo: RepoName,
    ref: GitRef,
    sha: Sha,
    message: z.string(),
  }),
  'github.delete': z.object({ delivery: DeliveryId, repo: RepoName, ref: GitRef }),
  'mirror.updated': z.object({
    repo: RepoName,
    ref: GitRef,
    sha: Sha,
    /** Place among the pushes of the repository: the stream id of the first inbox entry. */
    seq: z.string(),
    message: z.string(),
  }),
  'timer.tick': z.object({}),
  'timer.reconcile': z.object({}),
};

export type EventType = keyof typeof EVENT_DATA;
export type EventData<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

/** A CloudEvents 1.0 event in structured mode, as stored in an inbox and posted to a function. */
export interface RaibidEvent<T extends EventType = EventType> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: T;
  readonly time: string;
  /** Entries with the same key are delivered one at a time, in order. */
  readonly partitionkey?: string;
  readonly datacontenttype: 'application/json';
  readonly data: EventData<T>;
}

const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.string().min(1),
  partitionkey: z.string().optional(),
  datacontenttype: z.literal('application/json').default('application/json'),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_DATA, type);
}

export function parseEnvelope(value: unknown): z.ZodSafeParseResult<Envelope> {
  return Envelope.safeParse(value);
}

export function parseEventData<T extends EventType>(type: T, data: unknown): z.ZodSafeParseResult<EventData<T>> {
  // The table's schemas are a union to the compiler; the key fixes which one this is.
  return EVENT_DATA[type].safeParse(data) as z.ZodSafeParseResult<EventData<T>>;
}

export function makeEvent<T extends EventType>(
  type: T,
  fields: { id: string; source: string; time: number; partitionkey?: string; data: EventData<T> },
): RaibidEvent<T> {
  const { time, ...rest } = fields;
  return { specversion: '1.0', type, datacontenttype: 'application/json', time: new Date(time).toISOString(), ...rest };
}
