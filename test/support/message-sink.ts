import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Message {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

type Answering = (message: Message, res: ServerResponse) => void | Promise<void>;

/** Somebody else's function: takes whatever is posted. */
export interface MessageSink {
  /** Without a path. */
  readonly url: string;
  readonly messages: Message[];
  /** Bodies as text, in the order of the calls. */
  bodies(): string[];
  mostOpen(): number;
  /** How it answers, else 200 at once. */
  answer(how: Answering): void;
  close(): Promise<void>;
}

export async function startMessageSink(): Promise<MessageSink> {
  const messages: Message[] = [];
  let how: Answering = (_message, res) => void res.end();
  let open = 0;
  let mostOpen = 0;
  const server = createServer((req, res) => {
    res.on('error', () => {});
    void (async () => {
      const message = { path: req.url ?? '', headers: req.headers, body: await buffer(req) };
      messages.push(message);
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      res.once('close', () => (open -= 1));
      await how(message, res);
    })().catch(() => res.destroy());
  });
  return {
    url: await listen(server),
    messages,
    bodies: () => messages.map(({ body }) => body.toString()),
    mostOpen: () => mostOpen,
    answer: (next) => void (how = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
