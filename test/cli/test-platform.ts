import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TOKEN = 'test-token';

export interface TestCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Answer = (call: TestCall, res: ServerResponse) => void | Promise<void>;

export interface TestPlatform {
  readonly url: string;
  /** A data directory that points here. */
  readonly home: string;
  readonly calls: readonly TestCall[];
  /** Answers `METHOD /function/…` (without query) from now on. */
  on(route: string, answer: Answer | object): void;
  /** Breaks all connections that are open. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/** A real HTTP server that speaks the platform's contract as far as a test tells it to. */
export async function startTestPlatform({ dir = tmpdir() }: { dir?: string } = {}): Promise<TestPlatform> {
  const routes = new Map<string, Answer | object>();
  const calls: TestCall[] = [];
  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy());
  });
  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const call = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      body: text && JSON.parse(text),
    };
    calls.push(call);
    if (req.headers.authorization !== `Bearer ${TOKEN}`) {
      return sendProblem(res, 401, { code: 'unauthorized', detail: 'the token is not known' });
    }
    const answer = routes.get(`${call.method} ${call.path.split('?')[0]}`);
    if (answer === undefined) return sendProblem(res, 404, { code: 'route-unknown', detail: `no route ${call.path}` });
    if (typeof answer === 'function') return (answer as Answer)(call, res);
    return sendJson(res, 200, answer);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = await mkdtemp(join(dir, 'raibid-cli-'));
  await mkdir(join(home, 'secrets'));
  await writeFile(join(home, 'secrets', 'admin-token'), `${TOKEN}\n`);
  await writeFile(join(home, 'secrets', 'webhook-secret'), 'hush\n');
  await writeFile(join(home, 'platform.json'), JSON.stringify({ pid: process.pid, url }));
  return {
    url,
    home,
    calls,
    on: (route, answer) => void routes.set(route, answer),
    dropConnections: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

export function sendProblem(res: ServerResponse, status: number, problem: object): void {
  res.writeHead(status, { 'Content-Type': 'application/problem+json' });
  res.end(JSON.stringify({ type: 'about:blank', title: 'Problem', status, ...problem }));
}

export function openEvents(res: ServerResponse): (event: string, data: unknown, id?: string) => void {
  res.writeHead(200, { 'Content-Type': 'text/event-stream' });
  res.flushHeaders();
  return (event, data, id) => {
    res.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  };
}
