import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { JobView } from '../../schema.js';
import { jobColumns } from '../../ui/status/job-columns.js';
import { printRows } from '../../ui/table.js';
import type { Terminal } from '../../ui/terminal.js';
import { createTheme } from '../../ui/theme.js';

export interface ListJobsOptions {
  readonly repo?: string;
  readonly state?: string;
  readonly branch?: string;
  readonly limit: number;
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs'>;
  readonly now: () => number;
}

const PAGE = 100;

export async function listJobs(options: ListJobsOptions): Promise<number> {
  const { terminal, now, json = false } = options;
  const jobs = await readPages(options);
  if (json) terminal.print(JSON.stringify(jobs, null, 2));
  else if (jobs.length === 0 && terminal.isTTY) terminal.say('no jobs match');
  else printRows(terminal, jobColumns(createTheme(terminal), now()), jobs);
  return EXIT.ok;
}

async function readPages({ client, repo, state, branch, limit }: ListJobsOptions): Promise<JobView[]> {
  const jobs: JobView[] = [];
  for (let cursor: string | undefined; jobs.length < limit; ) {
    const page = await client.listJobs({ repo, state, branch, limit: Math.min(PAGE, limit - jobs.length), cursor });
    jobs.push(...page.jobs);
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  return jobs.slice(0, limit);
}
