import type { IncomingMessage } from 'node:http';
import { RaibidError } from '../errors.js';

/** GitHub's own limit for a payload, in bytes. */
export const BODY_LIMIT = 25 * 2 ** 20;

/**
 * The raw bytes of a request, up to `limit` bytes. Throws body-too-large as soon as the announced or received length exceeds
 * the limit (the rest stays unread: answer by `endEarly`), body-incomplete when the client leaves in the middle.
 */
export async function readRawBody(
  req: IncomingMessage,
  { limit = BODY_LIMIT }: { limit?: number } = {},
): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge(`${announced} bytes`, limit);
  if (req.readableEnded) throw new Error('the body of this request was read before');
  if (req.destroyed) throw incomplete(0, announced);
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    function settle(error?: RaibidError): void {
      req.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      if (error) reject(error);
      else resolve();
    }
    function onData(chunk: Buffer): void {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      req.pause();
      settle(tooLarge(`more than ${limit} bytes`, limit));
    }
    function onEnd(): void {
      settle();
    }
    function onCut(): void {
      settle(incomplete(size, announced));
    }
    req.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
  return Buffer.concat(chunks, size);
}

function tooLarge(size: string, limit: number): RaibidError {
  const hint = limit === BODY_LIMIT ? {} : { hint: `Send at most ${limit} bytes.` };
  return new RaibidError('body-too-large', `The body has ${size}; at most ${limit} are taken.`, hint);
}

function incomplete(size: number, announced: number): RaibidError {
  const of = announced > 0 ? ` of ${announced}` : '';
  return new RaibidError('body-incomplete', `The body ended after ${size}${of} bytes.`);
}
