import { z } from 'zod';

/** Replies of scripts are an edge too: each caller parses them by its schema. */
export function parseReply<T>(schema: z.ZodType<T>, reply: unknown): T {
  return schema.parse(reply);
}

/** A flat list of fields and values as an object. */
export function toRecord(reply: unknown): Record<string, string> {
  const flat = z.array(z.string()).parse(reply);
  const record: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) record[flat[i] ?? ''] = flat[i + 1] ?? '';
  return record;
}
