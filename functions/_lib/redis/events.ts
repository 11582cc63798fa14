import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { keys } from './keys.js';
import { closeReader, type Room } from './room.js';

/** A hint that something changed; the truth is read again by whoever cares. */
export interface Change {
  readonly id: string;
  readonly type: 'job' | 'agent' | 'mirror' | 'control';
  /** Id of the job or agent, name of the mirror's repository, '' for control. */
  readonly key: string;
  /** State it changed to; '' where there is none. */
  readonly state: string;
}

const Streams = z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.string())]))])).nullable();
const Fields = z.tuple([
  z.literal('type'),
  z.enum(['job', 'agent', 'mirror', 'control']),
  z.literal('key'),
  z.string(),
  z.literal('state'),
  z.string(),
]);

/** Id of the newest change; `0-0` when there was none. */
export async function readLastChange(room: Room): Promise<string> {
  const [last] = await room.redis.xrevrange(keys.events, '+', '-', 'COUNT', 1);
  return last?.[0] ?? '0-0';
}

/** How long one who could not read changes waits before the next try, in milliseconds. */
const RETRY_MS = 500;

/**
 * Reads changes from now on as they come, in batches, until the signal. What goes wrong is told to `onProblem`, and reading
 * goes on where it was: no change is missed that the stream still holds.
 */
export async function* followChanges(
  room: Room,
  signal: AbortSignal,
  onProblem: (error: unknown) => void,
): AsyncGenerator<Change[]> {
  let last: string | null = null;
  while (!signal.aborted) {
    try {
      last ??= await readLastChange(room);
      for await (const changes of tailChanges(room, last, signal)) {
        last = changes.at(-1)?.id ?? last;
        yield changes;
      }
    } catch (error) {
      onProblem(error);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Reads changes after `after` as they come, in batches, until the signal; throws when the connection is lost. */
async function* tailChanges(room: Room, after: string, signal: AbortSignal): AsyncGenerator<Change[]> {
  const reader = room.connect();
  const stop = (): void => closeReader(reader);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (let last = after; !signal.aborted; ) {
      const reply = await reader
        .xread('COUNT', 500, 'BLOCK', 30_000, 'STREAMS', keys.events, last)
        .catch((error: unknown) => {
          if (signal.aborted) return null;
          throw error;
        });
      const entries = Streams.parse(reply)?.[0]?.[1] ?? [];
      last = entries.at(-1)?.[0] ?? last;
      if (entries.length > 0) yield entries.map(toChange);
    }
  } finally {
    // Also when the reader of the changes stops listening without the signal.
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function toChange([id, fields]: [string, string[]]): Change {
  const [, type, , key, , state] = Fields.parse(fields);
  return { id, type, key, state };
}
