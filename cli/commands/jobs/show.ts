import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { JobView } from '../../schema.js';
import { formatAge, formatDuration } from '../../ui/age.js';
import { cleanText } from '../../ui/fit-text.js';
import type { Terminal } from '../../ui/terminal.js';
import { createTheme, type Theme } from '../../ui/theme.js';
import { findJobId } from './find-job.js';

export interface ShowJobOptions {
  readonly job: string;
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs' | 'showJob'>;
  readonly now: () => number;
}

export async function showJob({ job: text, json = false, terminal, client, now }: ShowJobOptions): Promise<number> {
  const job = await client.showJob(await findJobId(client, text));
  if (json) {
    terminal.print(JSON.stringify(job, null, 2));
    return EXIT.ok;
  }
  const theme = createTheme(terminal);
  const time = (at: string | null) => (at === null || !terminal.isTTY ? (at ?? '') : `${at} (${formatAge(at, now())})`);
  for (const [name, value] of describeJob(job, time)) {
    if (value === '') continue;
    const text = cleanText(value);
    terminal.print(
      terminal.isTTY ? `${theme.muted(name.padEnd(10))}${paintState(theme, job, name, text)}` : `${name}\t${text}`,
    );
  }
  return EXIT.ok;
}

function paintState(theme: Theme, job: JobView, name: string, text: string): string {
  return name === 'state' ? theme.state[job.state](`${theme.symbol[job.state]} ${text}`) : text;
}

function describeJob(job: JobView, time: (at: string | null) => string): (readonly [string, string])[] {
  const { result } = job;
  const tests = result?.tests ?? null;
  return [
    ['job', job.id],
    ['state', job.cancelling === null ? job.state : `${job.state}, being cancelled (${job.cancelling})`],
    ['reason', job.reason ?? ''],
    ['cause', job.cause ?? ''],
    ['repo', job.repo],
    ['ref', job.ref],
    ['commit', job.sha],
    ['message', job.message.split('\n')[0] ?? ''],
    ['trigger', job.trigger],
    ['type', job.agentType],
    ['priority', job.priority === 0 ? '' : String(job.priority)],
    ['group', job.group ?? ''],
    ['attempt', job.attempt === 0 ? '' : String(job.attempt)],
    ['agent', job.agent ?? ''],
    ['created', time(job.createdAt)],
    ['started', time(job.startedAt)],
    ['finished', time(job.finishedAt)],
    ['duration', job.durationMs === null ? '' : formatDuration(job.durationMs)],
    ['exit code', job.exitCode === null ? '' : String(job.exitCode)],
    ['env', job.envNames.join(' ')],
    ['retry of', job.retryOf ?? ''],
    ['superseded', job.supersededBy === null ? '' : `by ${job.supersededBy}`],
    ['toolchain', result?.toolchain ?? ''],
    ['tests', tests === null ? '' : `${tests.passed} passed, ${tests.failed} failed, ${tests.ignored} ignored`],
    ...(result?.steps ?? []).map(
      (step) => ['step', `${step.name}: exit ${step.exitCode}, ${formatDuration(step.durationMs)}`] as const,
    ),
  ];
}
