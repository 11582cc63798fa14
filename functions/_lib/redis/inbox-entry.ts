import { z } from 'zod';
import { parseReply } from './reply.js';

/** An entry as it lies in its stream. */
export interface InboxEntry {
  readonly id: string;
  /** Entries with the same key are delivered one at a time, in order; '' for none. */
  readonly partitionKey: string;
  /** Values are bytes: what others put there need not be text. Of a name that comes twice the last one counts. */
  readonly fields: ReadonlyMap<string, Buffer>;
  /** Bytes of all names and values. */
  readonly size: number;
}

export interface InboxEntries {
  readonly entries: InboxEntry[];
  /** Ids that are pending although their entry was deleted. */
  readonly ghosts: string[];
  /** Where to go on; null at the end. */
  readonly last: string | null;
}

const Bytes = z.custom<Buffer>((value) => Buffer.isBuffer(value));
const StreamReply = z
  .array(z.tuple([Bytes, z.array(z.tuple([Bytes, z.array(Bytes).nullable()]))]))
  .length(1)
  .nullable();

/** Reads what XREADGROUP answers about one stream, as Buffers. */
export function parseEntries(reply: unknown): InboxEntries {
  const rows = parseReply(StreamReply, reply)?.[0]?.[1] ?? [];
  const entries: InboxEntry[] = [];
  const ghosts: string[] = [];
  for (const [id, fields] of rows) {
    if (fields === null) ghosts.push(id.toString());
    else entries.push(toEntry(id.toString(), fields));
  }
  return { entries, ghosts, last: rows.at(-1)?.[0].toString() ?? null };
}

/** The value of a field as text; '' without it. */
export function textOf({ fields }: Pick<InboxEntry, 'fields'>, name: string): string {
  return fields.get(name)?.toString() ?? '';
}

function toEntry(id: string, flat: readonly Buffer[]): InboxEntry {
  const fields = new Map<string, Buffer>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(String(flat[i]), flat[i + 1] ?? Buffer.alloc(0));
  const size = flat.reduce((sum, { length }) => sum + length, 0);
  return { id, partitionKey: textOf({ fields }, 'partitionkey'), fields, size };
}
