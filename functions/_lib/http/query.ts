import type { Request } from 'express';
import type { z } from 'zod';
import { RaibidError } from '../errors.js';
import { parseInput } from './parse-input.js';

/** The query of a request by its schema. Throws query-invalid; a parameter the schema doesn't know is an error that names it. */
export function parseQuery<Schema extends z.ZodObject>(schema: Schema, req: Request): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(req.query).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 100)));
    const choice = known.length === 0 ? 'this route takes none' : `this route knows ${known.join(', ')}`;
    throw new RaibidError('query-invalid', `Unknown query parameter ${names.join(', ')}; ${choice}.`);
  }
  return parseInput(schema, req.query, 'query-invalid');
}
