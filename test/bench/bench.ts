import type { Row } from './row.js';

/** What every measurement gets. */
export interface Bench {
  /** How often something is repeated: `full`, or much less in a quick run, which only shows that the measurement works. */
  times(full: number, quick: number): number;
  /** Tells a person what is going on. */
  say(text: string): void;
}

/** One measurement: may take minutes, cleans up after itself, rejects when no figure could be had. */
export type Measure = (bench: Bench) => Promise<Row[]>;
