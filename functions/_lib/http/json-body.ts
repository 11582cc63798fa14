import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { RaibidError } from '../errors.js';
import { parseInput } from './parse-input.js';
import { readRawBody } from './raw-body.js';

/** Limit of the bodies of our own routes, in bytes. */
const JSON_LIMIT = 2 ** 20;

/**
 * The JSON body of a request by its schema.
 * Throws content-type-unsupported, body-too-large, body-incomplete, body-not-json or payload-invalid.
 */
export async function readJson<Schema extends z.ZodType>(
  req: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  requireJsonType(req);
  const bytes = await readRawBody(req, { limit: JSON_LIMIT });
  return parseInput(schema, parseJson(bytes), 'payload-invalid');
}

/** Refuses bodies that don't say they are JSON in UTF-8, uncompressed: throws content-type-unsupported. */
export function requireJsonType(req: IncomingMessage): void {
  const header = req.headers['content-type'] ?? '';
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) {
    const sent = header === '' ? 'no content-type' : `content-type ${JSON.stringify(header.slice(0, 100))}`;
    throw new RaibidError('content-type-unsupported', `The request has ${sent}, not application/json.`);
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"', '"utf8"'].includes(charset)) {
    throw new RaibidError('content-type-unsupported', 'JSON bodies must be in UTF-8.');
  }
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new RaibidError('content-type-unsupported', 'Compressed bodies are not taken.', {
      hint: 'Send the body without content-encoding.',
    });
  }
}

/** Throws body-not-json for an empty body, bytes that are not UTF-8, and broken JSON. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new RaibidError('body-not-json', 'The body is empty.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new RaibidError('body-not-json', 'The body is not JSON in UTF-8.', { cause });
  }
}
