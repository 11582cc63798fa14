import { isTerminal } from '#lib/core/job-state.js';
import type { Client } from '../../client.js';
import type { JobView } from '../../schema.js';
import { createLiveTable } from '../../ui/live-table.js';
import type { Terminal } from '../../ui/terminal.js';

/** Longer than any build of the sample takes, in milliseconds. */
const PATIENCE_MS = 170_000;

interface StatePassed {
  readonly state: string;
  readonly at: string;
}

interface WatchedJob {
  readonly job: JobView;
  /** The states it passed, by Redis' clock. */
  readonly way: readonly StatePassed[];
}

/** `queued, ready +0 ms, running +9 ms, succeeded +3012 ms`. */
export function describeWay(way: readonly StatePassed[]): string {
  const times = way.map(({ at }) => Date.parse(at));
  return way
    .map(({ state }, i) => (i === 0 ? state : `${state} +${(times[i] ?? 0) - (times[i - 1] ?? 0)} ms`))
    .join(', ');
}

/** Sends a push once the live table is there, and shows it until the job of the commit has ended. */
export async function watchJob(
  client: Client,
  {
    sha,
    send,
    terminal,
    interrupted,
  }: { sha: string; send: () => Promise<string>; terminal: Terminal; interrupted: AbortSignal },
): Promise<WatchedJob> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, interrupted, AbortSignal.timeout(PATIENCE_MS)]);
  const table = createLiveTable({ terminal, title: 'raibid demo' });
  let sent: Promise<void> | null = null;
  let ended: JobView | undefined;
  const way: StatePassed[] = [];
  let failure: Error | undefined;
  try {
    await client.followStatus({
      signal,
      random: Math.random,
      onConnection: () => undefined,
      onEvent(event) {
        table.update(event);
        sent ??= send().then(table.printAbove, (error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error));
          done.abort();
        });
        if (event.type === 'job' && event.job.sha === sha) {
          way.push(...(event.passed ?? []));
          if (isTerminal(event.job.state)) ended = event.job;
        }
        // The summary comes last of what changed together: the table is whole then.
        if (ended && event.type === 'summary') done.abort();
      },
    });
  } finally {
    table.stop();
  }
  if (ended !== undefined) return { job: ended, way };
  if (failure !== undefined) throw failure;
  throw new Error(interrupted.aborted ? 'interrupted' : `no job of ${sha} ended within ${PATIENCE_MS / 1000} s`);
}
