import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { RaibidError } from '../errors.js';
import { refuseMalformed } from './refuse-malformed.js';

export interface RunningServer {
  readonly port: number;
  /** Stops accepting, ends event streams, lets other requests finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const TIMEOUTS = {
  /** For a whole request to arrive, in ms: 25 MB over a slow line. */
  requestTimeout: 120_000,
  /** Longer than the 90 s for which Go's clients (gateway, watchdog) keep idle connections: the client must be the one to close. */
  keepAliveTimeout: 100_000,
};

/** Listens; port 0 takes a free one. Throws port-taken. */
export async function serve(
  listener: RequestListener,
  { port, host }: { port: number; host: string },
): Promise<RunningServer> {
  const active = new Set<ServerResponse>();
  let closing = false;
  const server = createServer(TIMEOUTS, (req, res) => {
    active.add(res);
    if (closing) res.setHeader('Connection', 'close');
    res.once('close', () => {
      active.delete(res);
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    listener(req, res);
  });
  server.on('clientError', (error, socket) => {
    const begun = [...active].some((res) => res.socket === socket && res.headersSent);
    refuseMalformed(error, socket, { begun });
  });
  await listen(server, port, host);

  return {
    port: boundPort(server),
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const res of active) {
        if (isEventStream(res)) res.end();
        else if (!res.headersSent) res.setHeader('Connection', 'close');
      }
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(deadline);
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new RaibidError('port-taken', `Another program listens on ${host}:${port}.`, { cause });
  }
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

function isEventStream(res: ServerResponse): boolean {
  return String(res.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
}
