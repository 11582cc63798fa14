import { type Counters, createCounters } from './counters.js';
import type { Delivery } from './deliver.js';

/** What the connector did for a function since it started, and what it has in hand. */
export interface FunctionStats {
  /** Calls that were made, timers included. */
  readonly invocations: number;
  /** Calls that will be repeated. */
  readonly retries: number;
  readonly deadLetters: number;
  /** Entries that were read and are not done with. */
  readonly held: number;
  /** Calls that are open now. */
  readonly open: number;
  /** Age of the oldest entry in hand, in ms; 0 without one. */
  readonly lagMs: number;
}

/** Counts by function, and looks at what is in hand when it is asked. */
export interface StatsBook {
  /** The counters of a function, from 0 at the first call; the same ones ever after. */
  counters(fn: string): Counters;
  /** What delivers a stream to a function now; null when nothing does. */
  setDelivery(fn: string, stream: string, delivery: Delivery | null): void;
  read(): ReadonlyMap<string, FunctionStats>;
}

/** `now` is in Unix ms. */
export function createStatsBook(now: () => number): StatsBook {
  const pages = new Map<string, { readonly counters: Counters; readonly deliveries: Map<string, Delivery> }>();

  function open(fn: string) {
    const page = pages.get(fn) ?? { counters: createCounters(), deliveries: new Map<string, Delivery>() };
    pages.set(fn, page);
    return page;
  }

  return {
    counters: (fn) => open(fn).counters,
    setDelivery(fn, stream, delivery) {
      if (delivery) open(fn).deliveries.set(stream, delivery);
      else open(fn).deliveries.delete(stream);
    },
    read: () => new Map([...pages].map(([fn, page]) => [fn, sum(page.counters, [...page.deliveries.values()], now())])),
  };
}

function sum(counters: Counters, deliveries: readonly Delivery[], now: number): FunctionStats {
  const total = { ...counters, held: 0, open: 0, lagMs: 0 };
  for (const delivery of deliveries) {
    total.held += delivery.held().length;
    total.open += delivery.open();
    total.lagMs = Math.max(total.lagMs, now - (delivery.oldest() ?? now));
  }
  return total;
}
