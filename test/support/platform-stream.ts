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

/** The text of an event `log`. */
export function textOf({ data }: StreamedEvent): string {
  return z.object({ text: z.string() }).parse(data).text;
}
