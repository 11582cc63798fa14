import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { backoffInvocation } from '#lib/core/retry-policy.js';
import type { Room } from '#lib/redis/room.js';
import type { ConnectedFunction } from './connected-function.js';
import { createHoldings } from './holdings.js';
import { createInvoker } from './invoke.js';
import { aborted, pause } from './pause.js';
import { createStatsBook, type FunctionStats } from './stats.js';
import { createUnits } from './units.js';

export type { ConnectedFunction, ConnectedStream, Schedule } from './connected-function.js';
export type { FunctionStats } from './stats.js';

export interface ConnectorOptions {
  readonly room: Room;
  /** What is connected at first. */
  readonly functions: readonly ConnectedFunction[];
  /** The connector secret, asked for at each call of a function of ours. */
  readonly readSecret: () => Promise<string>;
  /** Name in the consumer groups: stable on one machine, unique among replicas. */
  readonly consumer: string;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** Wait in ms before an event is sent again, after this many calls. */
  readonly backoff?: (calls: number) => number;
  /** How long an inbox stays ours without a sign of life, in ms. */
  readonly leaseMs?: number;
  /** Most entries of an inbox in memory at once. */
  readonly limit?: number;
  /** Stops at once. */
  readonly signal?: AbortSignal;
}

export interface Connector {
  /** From now on these functions, and no others. What did not change is not disturbed; what ends lets its open calls finish. */
  connect(functions: readonly ConnectedFunction[]): void;
  /** Makes no new calls, and waits up to `deadlineMs` for the open ones; what is not done stays pending. */
  stop(deadlineMs: number): Promise<void>;
  /** By function, those included that are no longer connected. */
  stats(): ReadonlyMap<string, FunctionStats>;
}

/** What stopping may take beyond its deadline, in ms. */
const GRACE_MS = 750;

/** Invokes functions with the entries of their streams and with the events of their schedules. Waits through losses of Redis. */
export function startConnector(options: ConnectorOptions): Connector {
  const { room, readSecret, consumer, log, now, random, leaseMs = 15_000, limit = 2000 } = options;
  const { backoff = (calls: number) => backoffInvocation(calls, random) } = options;
  const invoker = createInvoker({ readSecret, now, random });
  const holdings = createHoldings({ everyMs: leaseMs / 3, now });
  const stop = new AbortController();
  const deadline = new AbortController();
  const finished = new AbortController();
  // Every stream and schedule listens.
  setMaxListeners(0, stop.signal, deadline.signal);
  const book = createStatsBook(now);
  const shared = { room, invoker, holdings, book, consumer, backoff, leaseMs, limit, now, random, log };
  const units = createUnits(shared, { stopping: stop.signal, deadline: deadline.signal });

  async function end(deadlineMs: number): Promise<void> {
    stop.abort();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    // What waits for an absent Redis is not waited for.
    await Promise.race([units.ended(), aborted(deadline.signal).then(() => pause(GRACE_MS, finished.signal))]);
    clearTimeout(timer);
    deadline.abort();
    finished.abort();
    invoker.close();
  }
  options.signal?.addEventListener('abort', () => void end(0), { once: true });
  units.set(options.functions);

  return { connect: units.set, stop: end, stats: book.read };
}
