import type { ConnectedFunction } from './connected-function.js';
import { consumeInbox, type ConsumeOptions } from './consume-inbox.js';
import { runSchedule, type ScheduleOptions } from './run-schedule.js';
import type { StatsBook } from './stats.js';

type OfUnit = 'fn' | 'own' | 'target' | 'counters';
export type Shared = Omit<ConsumeOptions, OfUnit | 'stream' | 'onDelivery'> &
  Omit<ScheduleOptions, OfUnit> & { readonly book: StatsBook };

interface Signals {
  readonly stopping: AbortSignal;
  readonly deadline: AbortSignal;
}

/** One stream or schedule of one function, and what is done for it until it is no longer wanted. */
interface Unit {
  /** What no two units may work on at once. */
  readonly place: string;
  fn: ConnectedFunction;
  readonly work: (unit: Unit, signals: Signals) => Promise<void>;
  readonly stop: AbortController;
}

/** What runs: the streams and schedules of the connected functions. */
export interface Units {
  /** Starts what is new, ends what is gone. A function that is called otherwise than before goes on with its next call. */
  set(functions: readonly ConnectedFunction[]): void;
  /** Resolves when all that ever ran has ended. */
  ended(): Promise<void>;
}

export function createUnits(shared: Shared, signals: Signals): Units {
  const { log } = shared;
  const running = new Map<string, Unit>();
  /** The last work at each place: the next begins when it has ended. */
  const works = new Map<string, Promise<void>>();

  function start(unit: Unit): void {
    const stopping = AbortSignal.any([signals.stopping, unit.stop.signal]);
    const before = works.get(unit.place) ?? Promise.resolve();
    const work = before
      .then(() => (stopping.aborted ? undefined : unit.work(unit, { stopping, deadline: signals.deadline })))
      .catch((error: unknown) => {
        log.error({ err: error, fn: unit.fn.name }, 'the connector broke off');
      });
    works.set(unit.place, work);
  }

  return {
    set(functions) {
      if (signals.stopping.aborted) return;
      const wanted = planUnits(shared, functions);
      for (const [key, unit] of running) {
        const next = wanted.get(key);
        if (next) {
          unit.fn = next.fn;
        } else {
          unit.stop.abort();
          running.delete(key);
        }
      }
      for (const [key, unit] of wanted) {
        if (running.has(key)) continue;
        running.set(key, unit);
        start(unit);
      }
    },
    ended: async () => void (await Promise.all(works.values())),
  };
}

/** The units of functions, by all that they can't go on without when it changes. */
function planUnits(shared: Shared, functions: readonly ConnectedFunction[]): Map<string, Unit> {
  const units = new Map<string, Unit>();
  const places = new Map<string, string>();

  function add(unit: Pick<Unit, 'place' | 'fn' | 'work'>, rest: unknown): void {
    const { place, fn } = unit;
    const other = places.get(place);
    if (other !== undefined) {
      shared.log.error({ fn: fn.name, other, place }, 'this is connected already; left out');
      return;
    }
    places.set(place, fn.name);
    units.set(JSON.stringify([fn.name, fn.own, rest]), { ...unit, stop: new AbortController() });
  }

  for (const fn of functions) {
    for (const stream of fn.streams) {
      const work: Unit['work'] = (unit, signals) => {
        const onDelivery = (delivery: Parameters<ConsumeOptions['onDelivery']>[0]) =>
          shared.book.setDelivery(fn.name, stream.inbox.stream, delivery);
        return consumeInbox({ ...shared, ...describe(shared, unit), stream, onDelivery }, signals);
      };
      add({ place: stream.inbox.lock, fn, work }, stream);
    }
    for (const schedule of fn.schedules) {
      const work: Unit['work'] = (unit, signals) =>
        runSchedule({ ...shared, ...describe(shared, unit) }, schedule, signals);
      add({ place: `${fn.name} ${schedule.type}`, fn, work }, schedule);
    }
  }
  return units;
}

function describe({ book }: Shared, unit: Unit) {
  const { name, own } = unit.fn;
  return { fn: name, own, target: () => unit.fn, counters: book.counters(name) };
}
