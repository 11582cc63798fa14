import { isTerminal } from '#lib/core/job-state.js';
import { EXIT } from '../exit-code.js';
import type { Client } from '../client.js';
import { isAttemptOver } from '../client/follow-log.js';
import type { JobView } from '../schema.js';
import { cleanText } from '../ui/fit-text.js';
import type { Terminal } from '../ui/terminal.js';
import { findJobId } from './jobs/find-job.js';

export interface LogsOptions {
  readonly job: string;
  readonly follow?: boolean;
  readonly attempt?: number;
  /** Counted from 0. */
  readonly step?: number;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs' | 'showJob' | 'readLog' | 'followLog'>;
  readonly random: () => number;
  readonly interrupt: () => AbortSignal;
}

export async function showLogs(options: LogsOptions): Promise<number> {
  const { client, terminal, attempt, step } = options;
  const id = await findJobId(client, options.job);
  if (options.follow) return followLogs(options, id);
  const response = await client.readLog({
    job: id,
    ...(attempt !== undefined && { attempt }),
    ...(step !== undefined && { step }),
  });
  // The compiler types chunks of a web stream as any.
  for await (const chunk of response.body ?? []) await terminal.write(chunk as Uint8Array);
  return EXIT.ok;
}

/** Follows attempt after attempt until the job has ended; with --attempt, that one only. */
async function followLogs(options: LogsOptions, id: string): Promise<number> {
  const { client, terminal, random, step } = options;
  const signal = options.interrupt();
  let job = await client.showJob(id);
  if (job.reason !== null && !isTerminal(job.state)) terminal.say(`raibid: ${job.state}: ${cleanText(job.reason)}`);
  let attempt = options.attempt ?? Math.max(1, job.attempt);
  for (;;) {
    await client.followLog(
      { job: id, attempt, ...(step !== undefined && { step }) },
      {
        signal,
        random,
        onBytes: (bytes) => terminal.write(bytes),
        onLost: (problem) => terminal.say(`raibid: connection lost (${problem}); trying again`),
      },
    );
    if (signal.aborted) return EXIT.interrupted;
    job = await client.showJob(id);
    const last = options.attempt !== undefined || (isTerminal(job.state) && job.attempt <= attempt);
    if (last && isAttemptOver(job, attempt)) break;
    attempt += 1;
    terminal.say(`raibid: attempt ${attempt - 1} ended without a result; waiting for attempt ${attempt}`);
  }
  terminal.say(`raibid: ${describeEnd(job, attempt)}`);
  return EXIT.ok;
}

function describeEnd(job: JobView, attempt: number): string {
  if (job.attempt > attempt || !isTerminal(job.state)) return `attempt ${attempt} of job ${job.id} has ended`;
  return `job ${job.id} ${job.state}${job.reason === null ? '' : `: ${cleanText(job.reason)}`}`;
}
