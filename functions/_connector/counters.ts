/** What was done for a function since the connector started. */
export interface Counters {
  invocations: number;
  retries: number;
  deadLetters: number;
}

export function createCounters(): Counters {
  return { invocations: 0, retries: 0, deadLetters: 0 };
}
