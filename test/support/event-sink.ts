import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EVENT_SIGNATURE_HEADER, verifyEventSignature } from '#lib/http/event-signature.js';
import { z } from 'zod';

export const SINK_SECRET = 'between connector and function';

const Event = z.object({ id: z.string(), type: z.string(), data: z.record(z.string(), z.unknown()) });
export type SunkEvent = z.infer<typeof Event>;

export interface SinkAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `nth` counts the calls with this event from 1. */
type Answering = (event: SunkEvent, nth: number) => SinkAnswer | Promise<SinkAnswer>;

export interface EventSink {
  readonly url: string;
  /** Events in the order of their calls, repeated ones each time. */
  readonly calls: { readonly event: SunkEvent; readonly headers: IncomingMessage['headers'] }[];
  /** Most calls that were open at once. */
  mostOpen(): number;
  answer(how: Answering): void;
  close(): Promise<void>;
}

/** A problem+json answer as our functions give it. */
export function problem(status: number, code: string, headers: Readonly<Record<string, string>> = {}): SinkAnswer {
  const body = JSON.stringify({
    type: 'about:blank',
    title: 'x',
    status,
    code,
    detail: `because of ${code}`,
    hint: '',
  });
  return { status, headers: { 'Content-Type': 'application/problem+json', ...headers }, body };
}

/** A real HTTP server in the place of a function: checks the signature, writes down what comes, answers as told. */
export async function startEventSink(port = 0): Promise<EventSink> {
  const calls: EventSink['calls'] = [];
  const counts = new Map<string, number>();
  let how: Answering = () => ({ status: 204 });
  let open = 0;
  let mostOpen = 0;

  const server = createServer((req, res) => {
    res.on('error', () => {});
    void (async () => {
      const body = Buffer.concat((await req.toArray()) as Buffer[]); // the chunks of a request without encoding
      const header = req.headers[EVENT_SIGNATURE_HEADER.toLowerCase()];
      verifyEventSignature({ header: String(header), body, secrets: [SINK_SECRET], now: Date.now() });
      const event = Event.parse(JSON.parse(body.toString()));
      const nth = (counts.get(event.id) ?? 0) + 1;
      counts.set(event.id, nth);
      calls.push({ event, headers: req.headers });
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const { status, headers = {}, body: text } = await how(event, nth);
      open -= 1;
      res.writeHead(status, headers).end(text);
    })().catch((error: unknown) => res.writeHead(418).end(String(error)));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has such an address.
  const { port: taken } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${taken}/_event`,
    calls,
    mostOpen: () => mostOpen,
    answer(next) {
      how = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
