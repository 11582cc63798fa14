import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { Terminal } from '../../ui/terminal.js';
import { findJobId } from './find-job.js';

export interface CancelJobOptions {
  readonly job: string;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs' | 'cancelJob'>;
}

export async function cancelJob({ job, terminal, client }: CancelJobOptions): Promise<number> {
  const { id, outcome } = await client.cancelJob(await findJobId(client, job));
  terminal.say(outcome === 'cancelled' ? `cancelled ${id}` : `cancelling ${id}: its agent stops the running step`);
  return EXIT.ok;
}
