import type { Logger } from 'pino';
import type { FunctionName } from '#lib/core/names.js';
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
import type { Delivery } from './deliver.js';
import { pause } from './pause.js';

const BATCH = 100;
const BLOCK_MS = 5000;
const FOREIGN_WAIT_MS = 200;
const PROBLEM_WAIT_MS = 500;

export interface ReadOptions {
  readonly room: Room;
  readonly reader: InboxReader;
  readonly fn: FunctionName;
  readonly consumer: string;
  readonly delivery: Delivery;
  /** With this many entries in hand no more are read. */
  readonly limit: number;
  /** An entry that its consumer left alone for so long, in ms, is taken over. */
  readonly minIdleMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Brings the entries of an inbox into a delivery until the signal: what others left, what was this consumer's, then new ones as
 * they come. Goes through that again after each loss of the connection, with which a batch may have got lost.
 */
export async function readInbox(options: ReadOptions, signal: AbortSignal): Promise<void> {
  const { reader, fn, log } = options;
  let connections = 0;
  reader.on('ready', () => {
    connections += 1;
  });
  while (!signal.aborted) {
    try {
      await inherit(options, signal);
      await resume(options, signal);
      await follow(options, signal, () => connections);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, fn }, 'the inbox cannot be read; trying again');
      await pause(PROBLEM_WAIT_MS, signal);
    }
  }
}

/** Waits until no other consumer holds entries: newer ones with the same key must not go before them. */
async function inherit({ room, fn, consumer, minIdleMs }: ReadOptions, signal: AbortSignal): Promise<void> {
  await ensureInbox(room, fn);
  while (!signal.aborted) {
    const { foreign } = await takeStaleEntries(room, fn, { consumer, minIdleMs });
    if (foreign === 0) return;
    await pause(FOREIGN_WAIT_MS, signal);
  }
}

async function resume(options: ReadOptions, signal: AbortSignal): Promise<void> {
  const { room, reader, fn, consumer, delivery, limit } = options;
  let after = '0';
  while (!signal.aborted) {
    await delivery.below(limit);
    // Taken before the reading: what is acknowledged meanwhile may still be in the answer.
    const known = new Set(delivery.held());
    const { entries, ghosts, last } = await readOwnEntries(reader, fn, { consumer, count: BATCH, after });
    if (last === null) return;
    for (const ghost of ghosts) await ackEntry(room, fn, ghost);
    const fresh = entries.filter(({ id }) => !known.has(id));
    const ids = fresh.map(({ id }) => id);
    delivery.add(fresh, await readTries(room, fn, ids));
    after = last;
  }
}

/** Reads new entries until there is a reason to look at the pending ones again. */
async function follow(options: ReadOptions, signal: AbortSignal, connections: () => number): Promise<void> {
  const { room, reader, fn, consumer, delivery, limit, minIdleMs, now } = options;
  const connection = connections();
  let lookAt = now() + minIdleMs;
  while (!signal.aborted) {
    await delivery.below(limit);
    const count = Math.max(1, Math.min(BATCH, limit - delivery.held().length));
    // A connection to a machine that died says nothing for many minutes.
    const silence = setTimeout(() => reader.disconnect(true), 2 * BLOCK_MS);
    const entries = await readNewEntries(reader, fn, { consumer, count, blockMs: BLOCK_MS }).finally(() => {
      clearTimeout(silence);
    });
    if (connections() !== connection) return;
    delivery.add(entries, new Map());
    if (now() < lookAt) continue;
    if ((await takeStaleEntries(room, fn, { consumer, minIdleMs })).taken > 0) return;
    lookAt = now() + minIdleMs;
  }
}
