import type { IncomingMessage } from 'node:http';
import { problem } from './problem.js';

const DEFAULT_LIMIT = 25 * 2 ** 20;
/** How much of a body that is refused is still taken, in bytes. */
const DROP_LIMIT = 64 * 2 ** 20;

/**
 * The raw bytes of a request. Throws the problem 413 when there are more than `limit` bytes, 400 when they end too soon.
 * What is too much is read and dropped before the answer, because many a client first sends all and then listens.
 */
export async function readBody(
  req: IncomingMessage,
  { limit = DEFAULT_LIMIT }: { limit?: number } = {},
): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > limit + DROP_LIMIT) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A request without an encoding gives buffers.
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > limit + DROP_LIMIT) break;
      else chunks.length = 0;
    }
  } catch {
    throw problem(400, `The body ended after ${size} bytes.`);
  }
  if (size > limit) throw tooLarge(limit);
  return Buffer.concat(chunks, size);
}

function tooLarge(limit: number): Error {
  return problem(413, `At most ${limit} bytes are taken.`);
}
