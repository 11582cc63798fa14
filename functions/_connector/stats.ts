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

export interface Counters {
  invocations: number;
  retries: number;
  deadLetters: number;
}

export function createCounters(): Counters {
  return { invocations: 0, retries: 0, deadLetters: 0 };
}

/** Unix ms at which an entry came into its stream. */
export function entryTime(id: string): number {
  return Number(id.split('-', 1)[0]);
}
