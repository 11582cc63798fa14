import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';
import { StatusEvent } from '../schema.js';
import type { Platform } from './find-platform.js';
import { readChunks } from './read-chunks.js';
import { reconnect } from './reconnect.js';
import { parseJson, sendRequest, validate } from './send-request.js';

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly onEvent: (event: StatusEvent) => void;
  /** Null when the stream is live, else what went wrong. */
  readonly onConnection: (problem: string | null) => void;
}

/** Follows the event stream of status until the signal comes, over lost connections, from the last event on. */
export async function followStatus(locate: () => Promise<Platform>, options: FollowOptions): Promise<void> {
  const { signal, onEvent, onConnection } = options;
  let lastId: string | undefined;
  await reconnect(
    async (progress) => {
      const response = await sendRequest(await locate(), {
        path: 'status/events',
        headers: { Accept: 'text/event-stream', ...(lastId !== undefined && { 'Last-Event-ID': lastId }) },
        signal,
      });
      progress.made = true;
      onConnection(null);
      for await (const message of readMessages(response, signal)) {
        const event = parseStatusEvent(message);
        if (event) onEvent(event);
        lastId = message.id ?? lastId;
      }
      return false;
    },
    { ...options, onLost: onConnection },
  );
}

/** Messages of one answer; throws when the connection breaks. */
async function* readMessages(response: Response, signal: AbortSignal): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of readChunks(response, signal)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
}

const KNOWN: ReadonlySet<string> = new Set(StatusEvent.options.map((option) => option.shape.type.value));

/** Null for events that this version does not know. */
function parseStatusEvent({ event: type = '', data }: EventSourceMessage): StatusEvent | null {
  if (!KNOWN.has(type)) return null;
  const source = `event ${type} of /function/status/events`;
  const fields = validate(z.record(z.string(), z.unknown()), parseJson(data, source), source);
  return validate(StatusEvent, { ...fields, type }, source);
}
