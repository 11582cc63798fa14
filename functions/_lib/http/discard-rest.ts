import type { IncomingMessage } from 'node:http';

/** How much of a refused body is still taken, in bytes. */
const DISCARD_LIMIT = 64 * 2 ** 20;

/**
 * Reads and drops what is left of a request that was answered early. A client that first sends and then reads would
 * otherwise meet a reset connection instead of the answer. Past `limit` bytes the connection is cut.
 */
export function discardRest(req: IncomingMessage, { limit = DISCARD_LIMIT }: { limit?: number } = {}): void {
  if (req.complete || req.destroyed) return;
  let dropped = 0;
  req.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > limit) req.socket.destroy();
  });
  req.resume();
}
