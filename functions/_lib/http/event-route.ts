import type { RequestHandler } from 'express';
import {
  type Envelope,
  type EventData,
  type EventType,
  isEventType,
  parseEnvelope,
  parseEventData,
  type RaibidEvent,
} from '../core/event.js';
import { RaibidError } from '../errors.js';
import type { Secrets } from '../secrets.js';
import { EVENT_SIGNATURE_HEADER, verifyEventSignature } from './event-signature.js';
import { parseJson, requireJsonType } from './json-body.js';
import { describeIssues } from './parse-input.js';
import { readRawBody } from './raw-body.js';

/** What a function does with one type of event. A RaibidError that it throws decides whether the event comes again. */
export type EventHandler<T extends EventType> = (data: EventData<T>, event: RaibidEvent<T>) => Promise<void>;

/** The events that a function handles. */
export type EventTable = { readonly [T in EventType]?: EventHandler<T> };

/** `POST /_event`: signature, envelope, type, data, then the handler; 204 when it is done. */
export function createEventRoute({
  events,
  secrets,
  now,
}: {
  events: EventTable;
  secrets: Secrets;
  now: () => number;
}): RequestHandler {
  return async (req, res) => {
    const body = await readRawBody(req);
    const header = req.get(EVENT_SIGNATURE_HEADER);
    verifyEventSignature({ header, body, secrets: await secrets.readAll('connector-secret'), now: now() });
    requireJsonType(req);
    const envelope = parseEnvelope(parseJson(body));
    if (!envelope.success) throw new RaibidError('payload-invalid', describeIssues(envelope.error));
    const { type } = envelope.data;
    if (!isEventType(type)) throw unknownEvent(type, events);
    await handleEvent(events, type, envelope.data);
    res.status(204).end();
  };
}

async function handleEvent<T extends EventType>(events: EventTable, type: T, envelope: Envelope): Promise<void> {
  const handle: EventHandler<T> | undefined = events[type];
  if (!handle) throw unknownEvent(type, events);
  const parsed = parseEventData(type, envelope.data);
  if (!parsed.success) throw new RaibidError('payload-invalid', `${type}: ${describeIssues(parsed.error)}`);
  await handle(parsed.data, { ...envelope, type, data: parsed.data });
}

function unknownEvent(type: string, events: EventTable): RaibidError {
  const known = Object.keys(events).join(', ') || 'none';
  const shown = JSON.stringify(type.slice(0, 100));
  return new RaibidError('event-unknown', `Events of type ${shown} are not handled here; known: ${known}.`);
}
