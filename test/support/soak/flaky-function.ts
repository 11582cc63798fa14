import { appendFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/**
 * A function in a process of its own, to be killed. One call of ten fails: by a 5xx, by no answer, or by a connection that breaks.
 * It writes down each call as it comes, and each success before it answers: what is in the file has happened, whenever it dies.
 */
const Options = z.object({ port: z.number(), file: z.string() });
const Body = z.object({ key: z.string(), n: z.number(), poison: z.number() });
const { port, file } = Options.parse(JSON.parse(process.argv[2] ?? ''));

const FAILURES: readonly ((res: ServerResponse) => void)[] = [
  (res) => res.writeHead(500).end('broken'),
  (res) => res.writeHead(503).end(),
  (res) => res.destroy(),
  () => {},
];

const server = createServer((req, res) => {
  void (async () => {
    const { key, n, poison } = Body.parse(await json(req));
    const id = String(req.headers['x-message-id']);
    appendFileSync(file, `in ${req.url} ${id} ${key} ${n}\n`);
    if (poison > 0) return res.writeHead(poison).end();
    const fail = FAILURES[Math.floor(Math.random() * 40)];
    if (fail) return fail(res);
    appendFileSync(file, `ok ${req.url} ${id} ${key} ${n}\n`);
    return res.end();
  })().catch(() => res.destroy());
});
server.listen(port, '127.0.0.1');
