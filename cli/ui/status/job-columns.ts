import { isTerminal } from '#lib/core/job-state.js';
import { shortRef } from '#lib/core/names.js';
import type { JobView } from '../../schema.js';
import { formatAge, formatDuration, formatSpan } from '../age.js';
import type { Column } from '../table.js';
import type { Theme } from '../theme.js';

/** The end of a ULID is random, its beginning is the time: the end tells jobs apart. */
export function shortJobId(id: string): string {
  return id.slice(-6);
}

/** Columns of a job; `now` in Unix milliseconds. */
export function jobColumns(theme: Theme, now: number): readonly Column<JobView>[] {
  return [
    {
      title: 'STATE',
      value: (job) => `${theme.symbol[job.state]} ${stateWord(job)}`,
      plain: (job) => job.state,
      paint: (job) => theme.state[job.state],
    },
    { title: 'JOB', value: (job) => shortJobId(job.id), plain: (job) => job.id, yields: 5, least: 6 },
    { title: 'REPO', value: (job) => job.repo, yields: 4, least: 10, paint: () => theme.strong },
    { title: 'BRANCH', value: (job) => job.branch ?? shortRef(job.ref), yields: 3, least: 6 },
    {
      title: 'COMMIT',
      value: (job) => job.sha.slice(0, 7),
      plain: (job) => job.sha,
      yields: 2,
      least: 7,
      paint: () => theme.muted,
    },
    {
      title: 'AGE',
      value: (job) => formatAge(job.createdAt, now),
      plain: (job) => job.createdAt,
      align: 'right',
      yields: 2,
      least: 3,
    },
    {
      title: 'TIME',
      value: (job) => timeOf(job, now),
      plain: (job) => (job.durationMs === null ? '' : String(job.durationMs)),
      align: 'right',
    },
    { title: 'REASON', value: reasonOf, yields: 1, least: 8, paint: () => theme.muted },
  ];
}

function stateWord(job: JobView): string {
  if (job.cancelling !== null && job.state === 'running') return 'stopping';
  return job.attempt > 1 && !isTerminal(job.state) ? `${job.state} #${job.attempt}` : job.state;
}

/** A running job's time ticks in whole seconds. */
function timeOf(job: JobView, now: number): string {
  if (job.state === 'running' && job.startedAt !== null) return formatSpan(now - Date.parse(job.startedAt));
  return job.durationMs === null || !isTerminal(job.state) ? '' : formatDuration(job.durationMs);
}

function reasonOf(job: JobView): string {
  return job.reason ?? job.message.split('\n')[0] ?? '';
}
