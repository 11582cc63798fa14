import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { collect, wholeNumber } from '../../parse-option.js';
import { readData } from '../../read-data.js';

interface ListFlags {
  repo?: string;
  state?: string;
  branch?: string;
  limit: number;
  json?: boolean;
}

interface RunFlags {
  ref?: string;
  sha?: string;
  env: string[];
  priority?: number;
  watch?: boolean;
}

const JOB = 'job id, 4 or more of its first or last characters, or latest';

export function addJobCommands(program: Command, context: Context): void {
  const { openClient, finish } = context;
  const jobs = program.command('jobs').description('list, show, run, cancel and retry jobs');
  jobs
    .command('list')
    .description('jobs, newest first')
    .option('--repo <owner/repo>', 'of this repository')
    .option('--state <states>', 'in these states, separated by commas')
    .option('--branch <name>', 'of this branch')
    .option('--limit <n>', 'this many at most', wholeNumber(1, 10_000), 30)
    .option('--json', 'as JSON')
    .action(async (flags: ListFlags, command: Command) => {
      const { listJobs } = await import('./list.js');
      finish(await listJobs({ ...flags, ...context, client: await openClient(readData(command).data) }));
    });
  jobs
    .command('show')
    .description('one job with its steps and result')
    .argument('<job>', JOB)
    .option('--json', 'as JSON')
    .action(async (job: string, flags: { json?: boolean }, command: Command) => {
      const { showJob } = await import('./show.js');
      finish(await showJob({ job, ...flags, ...context, client: await openClient(readData(command).data) }));
    });
  jobs
    .command('run')
    .description('run the pipeline of a commit')
    .argument('<repo>', 'owner/repo of a mirror')
    .option('--ref <ref>', 'branch or tag; the default branch when missing')
    .option('--sha <sha>', 'full commit id; the head of the ref when missing')
    .option('--env <name=value>', 'environment of the steps; may be repeated', collect, [])
    .option('--priority <n>', 'higher first', wholeNumber(-100, 100))
    .option('--watch', 'stay until it ends; the exit code tells whether it succeeded')
    .action(async (repo: string, flags: RunFlags, command: Command) => {
      const { runJob } = await import('./run.js');
      // Both have an env; the one of the flags is the job's.
      finish(await runJob({ ...context, repo, ...flags, client: await openClient(readData(command).data) }));
    });
  jobs
    .command('cancel')
    .description('cancel a job that waits or runs')
    .argument('<job>', JOB)
    .action(async (job: string, _flags: object, command: Command) => {
      const { cancelJob } = await import('./cancel.js');
      finish(await cancelJob({ job, ...context, client: await openClient(readData(command).data) }));
    });
  jobs
    .command('retry')
    .description('run an ended job again, as a new job')
    .argument('<job>', JOB)
    .action(async (job: string, _flags: object, command: Command) => {
      const { retryJob } = await import('./retry.js');
      finish(await retryJob({ job, ...context, client: await openClient(readData(command).data) }));
    });
}
