import { isUtf8 } from 'node:buffer';
import { type InboxEntry, textOf } from '#lib/redis/inbox-entry.js';
import type { Prepared } from './prepare-event.js';

/** A header can hold no more than this. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\t\x20-\x7e]*)?$/;
/** Whether a larger body is JSON is judged by its ends: parsing it would hold everything else up. */
const PARSED_BYTES = 262_144;

/**
 * The body for a function of somebody else: field `body` as it is, of the type that field `content-type` gives or the bytes look like;
 * without such a field all fields as one JSON object, in which `name_base64` holds what is not text.
 */
export function prepareMessage({ fields }: Pick<InboxEntry, 'fields'>): Prepared {
  const body = fields.get('body');
  if (body === undefined) return pack(Buffer.from(writeFields(fields)), 'application/json');
  const named = textOf({ fields }, 'content-type');
  return pack(body, CONTENT_TYPE.test(named) ? named : guessType(body));
}

function pack(body: Buffer, contentType: string): Prepared {
  return { body, contentType, problem: null, delivery: '' };
}

function writeFields(fields: ReadonlyMap<string, Buffer>): string {
  const values = [...fields].map(([name, value]) =>
    isUtf8(value) ? [name, value.toString()] : [`${name}_base64`, value.toString('base64')],
  );
  return JSON.stringify(Object.fromEntries(values));
}

function guessType(body: Buffer): string {
  if (!isUtf8(body)) return 'application/octet-stream';
  return isJson(body) ? 'application/json' : 'text/plain; charset=utf-8';
}

/** An object or an array: a bare word or number is as well text. */
function isJson(body: Buffer): boolean {
  const ends =
    body.subarray(0, 64).toString().trimStart().slice(0, 1) + body.subarray(-64).toString().trimEnd().slice(-1);
  if (ends !== '{}' && ends !== '[]') return false;
  if (body.length > PARSED_BYTES) return true;
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}
