import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { Terminal } from '../../ui/terminal.js';
import { findJobId } from './find-job.js';

export interface RetryJobOptions {
  readonly job: string;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs' | 'retryJob'>;
}

/** Prints the id of the new job. */
export async function retryJob({ job, terminal, client }: RetryJobOptions): Promise<number> {
  const old = await findJobId(client, job);
  const { id } = await client.retryJob(old);
  terminal.print(id);
  terminal.say(`follow it: raibid logs ${id} -f`);
  return EXIT.ok;
}
