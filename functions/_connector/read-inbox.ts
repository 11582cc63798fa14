import type { Logger } from 'pino';
import { messageOf } from '#lib/errors.js';
import {
  ackEntry,
  ensureInbox,
  type InboxReader,
  readNewEntries,
  readOwnEntries,
  readTries,
  takeStaleEntries,
} from '#lib/redis/inbox.js';
import type { Room } from '#lib/redis/room.js';
import type { ConnectedStream } from './connected-function.js';
import type { Delivery } from './deliver.js';
import { pause } from './pause.js';

/** Of ours, which are small, and of somebody else's, where the next entry may be of any size. */
const BATCH = 100;
const FOREIGN_BATCH = 25;
const BLOCK_MS = 5000;
const FOREIGN_WAIT_MS = 200;
const PROBLEM_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export interface ReadOptions {
  readonly room: Room;
  readonly reader: InboxReader;
  readonly fn: string;
  readonly stream: ConnectedStream;
  readonly consumer: string;
  readonly delivery: Delivery;
  /** An entry that its consumer left alone for so long, in ms, is taken over. */
  readonly minIdleMs: () => number;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Brings the entries of an inbox into a delivery until the signal: what others left, what was this consumer's, then new ones as
 * they come. Goes through that again after each loss of the connection, with which a batch may have got lost.
 */
export async function readInbox(options: ReadOptions, signal: AbortSignal): Promise<void> {
  const { reader, fn, stream, log } = options;
  let connections = 0;
  let told = '';
  let wait = PROBLEM_WAIT_MS;
  let { from } = stream;
  reader.on('ready', () => {
    connections += 1;
  });
  while (!signal.aborted) {
    try {
      await inherit(options, from, signal);
      // A stream that is made anew meanwhile is read from its start: what it holds came after us.
      from = 'first';
      await resume(options, signal);
      [told, wait] = ['', PROBLEM_WAIT_MS];
      await follow(options, signal, () => connections);
    } catch (error) {
      if (signal.aborted) return;
      // A key of another type, say, stays one for days.
      const problem = messageOf(error);
      if (problem !== told)
        log.warn({ fn, stream: stream.inbox.stream, problem }, 'the inbox cannot be read; trying again');
      told = problem;
      await pause(wait, signal);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }
}

/** Waits until no other consumer holds entries: newer ones with the same key must not go before them. */
async function inherit(
  { room, stream, consumer, minIdleMs }: ReadOptions,
  from: ConnectedStream['from'],
  signal: AbortSignal,
): Promise<void> {
  await ensureInbox(room, stream.inbox, from);
  while (!signal.aborted) {
    const { foreign } = await takeStaleEntries(room, stream.inbox, { consumer, minIdleMs: minIdleMs() });
    if (foreign === 0) return;
    await pause(FOREIGN_WAIT_MS, signal);
  }
}

async function resume(options: ReadOptions, signal: AbortSignal): Promise<void> {
  const { room, reader, consumer, delivery } = options;
  const { inbox } = options.stream;
  let after = '0';
  while (!signal.aborted) {
    await delivery.hungry();
    // Taken before the reading: what is acknowledged meanwhile may still be in the answer.
    const known = new Set(delivery.held());
    const { entries, ghosts, last } = await readOwnEntries(reader, inbox, { consumer, count: batch(options), after });
    if (last === null) return;
    for (const ghost of ghosts) await ackEntry(room, inbox, ghost);
    const fresh = entries.filter(({ id }) => !known.has(id));
    const ids = fresh.map(({ id }) => id);
    delivery.add(fresh, await readTries(room, inbox, ids));
    after = last;
  }
}

/** Reads new entries until there is a reason to look at the pending ones again. */
async function follow(options: ReadOptions, signal: AbortSignal, connections: () => number): Promise<void> {
  const { room, reader, consumer, delivery, minIdleMs, now } = options;
  const { inbox } = options.stream;
  const connection = connections();
  let lookAt = now() + minIdleMs();
  while (!signal.aborted) {
    await delivery.hungry();
    const count = batch(options);
    // A connection to a machine that died says nothing for many minutes.
    const silence = setTimeout(() => reader.disconnect(true), 2 * BLOCK_MS);
    const entries = await readNewEntries(reader, inbox, { consumer, count, blockMs: BLOCK_MS }).finally(() => {
      clearTimeout(silence);
    });
    if (connections() !== connection) return;
    delivery.add(entries, new Map());
    if (now() < lookAt) continue;
    if ((await takeStaleEntries(room, inbox, { consumer, minIdleMs: minIdleMs() })).taken > 0) return;
    lookAt = now() + minIdleMs();
  }
}

function batch({ delivery, stream }: ReadOptions): number {
  const most = stream.inbox.deletes === 'always' ? BATCH : FOREIGN_BATCH;
  return Math.max(1, Math.min(most, delivery.wanted()));
}
