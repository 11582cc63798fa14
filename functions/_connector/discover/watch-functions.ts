import type { Logger } from 'pino';
import { messageOf } from '#lib/errors.js';
import type { ConnectedFunction } from '../connected-function.js';
import { pause } from '../pause.js';
import type { Discovered, ListFunctions } from './discovered.js';
import { readFunction, type ReadOptions } from './read-function.js';

export interface WatchOptions extends ReadOptions {
  readonly list: ListFunctions;
  /** Time between two looks, in ms. */
  readonly everyMs: number;
  /** Rejects while events of our own functions can't be signed. */
  readonly checkSecret: () => Promise<unknown>;
  /** Told of all functions after each look that worked. */
  readonly onFunctions: (functions: readonly ConnectedFunction[]) => void;
  readonly log: Logger;
}

export interface Watch {
  /** How the last look went; null before the first. */
  works(): boolean | null;
  /** Functions that are left out, and why. */
  problems(): ReadonlyMap<string, string>;
}

/** Looks for functions until the signal. A look that fails changes nothing; what is wrong is said when it begins and when it ends. */
export function watchFunctions(options: WatchOptions, signal: AbortSignal): Watch {
  const { list, everyMs, checkSecret, onFunctions, log } = options;
  let works: boolean | null = null;
  let problems: ReadonlyMap<string, string> = new Map();
  let known = '';

  async function look(): Promise<void> {
    let discovered: readonly Discovered[];
    try {
      discovered = await list();
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      if (works !== false)
        log.warn({ problem: messageOf(error) + reason }, 'functions cannot be discovered; those known stay');
      works = false;
      return;
    }
    if (signal.aborted) return;
    if (works === false) log.info('functions are discovered again');
    works = true;
    const read = discovered.map((fn) => readFunction(fn, options));
    const left = new Map(read.flatMap((one) => (one.ok ? [] : [[one.name, one.problem]])));
    const secret = await checkSecret().then(() => null, messageOf);
    const functions = read.flatMap((one) => {
      if (!one.ok || one.fn.streams.length + one.fn.schedules.length === 0) return [];
      if (secret === null || !one.fn.own) return [one.fn];
      left.set(one.fn.name, `its events must be signed: ${secret}`);
      return [];
    });
    tell(left);
    const names = functions.map(({ name }) => name).join(' ');
    if (names !== known) log.info({ functions: names }, 'functions are connected');
    known = names;
    if (!signal.aborted) onFunctions(functions);
  }

  function tell(left: ReadonlyMap<string, string>): void {
    for (const [fn, problem] of left)
      if (problems.get(fn) !== problem) log.error({ fn, problem }, 'function is left out');
    for (const fn of problems.keys()) if (!left.has(fn)) log.info({ fn }, 'function is no longer left out');
    problems = left;
  }

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await look();
      await pause(everyMs, signal);
    }
  }
  void watch();
  return { works: () => works, problems: () => problems };
}
