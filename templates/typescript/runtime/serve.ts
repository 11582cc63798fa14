import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

const OPTIONS = {
  /** Longer than the 90 s for which Go's clients keep idle connections, in ms: the client must be the one to close. */
  keepAliveTimeout: 100_000,
  /** of-watchdog's read_timeout is the one that ends slow requests. */
  requestTimeout: 0,
};
/** Connections that may wait to be accepted: a burst that Linux would otherwise keep waiting for a second. */
const BACKLOG = 4096;

/** Listens on loopback, where of-watchdog is; answers the port. */
export async function serve(listener: RequestListener, port: number): Promise<number> {
  const server = createServer(OPTIONS, listener).listen({ port, host: '127.0.0.1', backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
