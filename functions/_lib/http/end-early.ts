import type { IncomingMessage, ServerResponse } from 'node:http';

/** How much of a refused body is still taken, in bytes. */
const DISCARD_LIMIT = 64 * 2 ** 20;

/**
 * Answers, at once also when the request has not come whole, and reads and drops the rest before the answer ends: node closes a
 * connection that is not kept right then, and a client that first sends and then reads would meet a reset instead of the answer.
 * Past `limit` bytes the connection is cut.
 */
export function endEarly(
  req: IncomingMessage,
  res: ServerResponse,
  body: string,
  { limit = DISCARD_LIMIT }: { limit?: number } = {},
): void {
  if (req.complete || req.destroyed || req.method === 'HEAD') {
    res.end(body);
    return;
  }
  res.setHeader('Content-Length', Buffer.byteLength(body)).write(body);
  let dropped = 0;
  req.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > limit) req.socket.destroy();
  });
  req.once('end', () => res.end());
  req.resume();
}
