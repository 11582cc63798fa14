import type { Logger } from 'pino';
import type { FunctionName } from '#lib/core/names.js';
import { backoffInvocation } from '#lib/core/retry-policy.js';
import type { Room } from '#lib/redis/room.js';
import { consumeInbox } from './consume-inbox.js';
import type { Delivery } from './deliver.js';
import { createInvoker } from './invoke.js';
import { aborted, pause } from './pause.js';
import { runSchedule, type Schedule } from './run-schedule.js';
import { type Counters, createCounters, type FunctionStats } from './stats.js';

export type { Schedule } from './run-schedule.js';
export type { FunctionStats } from './stats.js';

export interface ConnectedFunction {
  readonly name: FunctionName;
  /** Where it takes events: `…/_event`. */
  readonly url: string;
  /** A call without an answer after this many ms has failed. */
  readonly timeoutMs: number;
  /** Calls open at once. */
  readonly concurrency: number;
  readonly schedules: readonly Schedule[];
}

export interface ConnectorOptions {
  readonly room: Room;
  readonly functions: readonly ConnectedFunction[];
  /** The connector secret, asked for at each call. */
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
  /** Makes no new calls, and waits up to `deadlineMs` for the open ones; what is not done stays pending. */
  stop(deadlineMs: number): Promise<void>;
  stats(): ReadonlyMap<FunctionName, FunctionStats>;
}

/** What stopping may take beyond its deadline, in ms. */
const GRACE_MS = 750;

/** Invokes functions with the entries of their inboxes and with the events of their schedules. Waits through losses of Redis. */
export function startConnector(options: ConnectorOptions): Connector {
  const { room, functions, readSecret, consumer, log, now, random, leaseMs = 15_000, limit = 2000 } = options;
  const { backoff = (calls: number) => backoffInvocation(calls, random) } = options;
  const invoker = createInvoker({ readSecret, now, random });
  const stop = new AbortController();
  const deadline = new AbortController();
  const finished = new AbortController();
  const signals = { stopping: stop.signal, deadline: deadline.signal };
  const counters = new Map<FunctionName, Counters>();
  const deliveries = new Map<FunctionName, Delivery>();

  const work = functions.flatMap(({ name: fn, url, timeoutMs, concurrency, schedules }) => {
    const counted = createCounters();
    counters.set(fn, counted);
    const common = { room, fn, url, timeoutMs, invoker, counters: counted, now, random, log };
    const onDelivery = (delivery: Delivery) => void deliveries.set(fn, delivery);
    return [
      consumeInbox({ ...common, consumer, concurrency, limit, leaseMs, backoff, onDelivery }, signals),
      ...schedules.map((schedule) => runSchedule(common, schedule, signals)),
    ];
  });
  const ended = Promise.all(work).catch((error: unknown) => {
    log.error({ err: error }, 'the connector broke off');
  });

  async function end(deadlineMs: number): Promise<void> {
    stop.abort();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    // What waits for an absent Redis is not waited for.
    await Promise.race([ended, aborted(deadline.signal).then(() => pause(GRACE_MS, finished.signal))]);
    clearTimeout(timer);
    deadline.abort();
    finished.abort();
    invoker.close();
  }
  options.signal?.addEventListener('abort', () => void end(0), { once: true });

  return {
    stop: end,
    stats: () =>
      new Map(functions.map(({ name }) => [name, readStats(counters.get(name), deliveries.get(name), now())])),
  };
}

function readStats(counted: Counters | undefined, delivery: Delivery | undefined, now: number): FunctionStats {
  const oldest = delivery?.oldest() ?? null;
  return {
    ...(counted ?? createCounters()),
    held: delivery?.held().length ?? 0,
    open: delivery?.open() ?? 0,
    lagMs: oldest === null ? 0 : Math.max(0, now - oldest),
  };
}
