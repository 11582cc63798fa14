import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

const OPTIONS = {
  /** Never: of-watchdog must be the one to close. A time would also be told to its callers, whose connections it closes by a time of its own. */
  keepAliveTimeout: 0,
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
