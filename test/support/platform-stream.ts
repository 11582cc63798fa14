import { createParser } from 'eventsource-parser';
import { z } from 'zod';

export interface StreamedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

/** The events of a whole event stream, with their JSON read. */
export function parseStream(text: string): StreamedEvent[] {
  const events: StreamedEvent[] = [];
  const parser = createParser({
    onEvent({ event = 'message', id, data }) {
      events.push({ event, id, data: z.record(z.string(), z.unknown()).parse(JSON.parse(data)) });
    },
  });
  parser.feed(text);
  return events;
}

/** Reads events as they come until one is the last that is wanted; answers them all. */
export async function readUntil(
  response: Response,
  isLast: (event: StreamedEvent) => boolean,
): Promise<StreamedEvent[]> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    // The compiler types chunks of a web stream as any.
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = parseStream(text);
    if (events.some(isLast)) return events;
  }
  throw new Error(`the stream ended before the last event: ${text}`);
}

/** The text of an event `log`. */
export function textOf({ data }: StreamedEvent): string {
  return z.object({ text: z.string() }).parse(data).text;
}
