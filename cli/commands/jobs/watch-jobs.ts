import { isTerminal } from '#lib/core/job-state.js';
import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { JobView, StatusEvent } from '../../schema.js';
import { createLiveTable } from '../../ui/live-table.js';
import type { Terminal } from '../../ui/terminal.js';

export interface WatchJobsOptions {
  readonly ids: readonly string[];
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'followStatus' | 'showJob'>;
  readonly random: () => number;
  readonly now: () => number;
  readonly interrupt: () => AbortSignal;
}

/** Shows jobs until all have ended: 0 when all succeeded, 1 otherwise, 130 on Ctrl-C. */
export async function watchJobs({ ids, terminal, client, random, now, interrupt }: WatchJobsOptions): Promise<number> {
  const interrupted = interrupt();
  const done = new AbortController();
  const ended = new Map<string, JobView>();
  const table = createLiveTable({ terminal, title: 'raibid', now });
  const take = (job: JobView) => {
    if (isTerminal(job.state)) ended.set(job.id, job);
    if (ended.size === new Set(ids).size) done.abort();
  };
  const onEvent = (event: StatusEvent) => {
    if (event.type === 'job' && !ids.includes(event.job.id)) return;
    const jobs = event.type === 'snapshot' ? event.jobs.filter(({ id }) => ids.includes(id)) : [];
    table.update(event.type === 'snapshot' ? { ...event, jobs, mirrors: [], agents: [] } : event);
    for (const job of event.type === 'job' ? [event.job] : jobs) take(job);
  };
  const onConnection = (problem: string | null) => {
    if (problem !== null) terminal.say(`raibid: connection lost (${problem}); trying again`);
  };
  try {
    const signal = AbortSignal.any([interrupted, done.signal]);
    await client.followStatus({ signal, random, onEvent, onConnection });
  } finally {
    table.stop();
  }
  if (interrupted.aborted) return EXIT.interrupted;
  return [...ended.values()].every((job) => job.state === 'succeeded') ? EXIT.ok : EXIT.failed;
}
