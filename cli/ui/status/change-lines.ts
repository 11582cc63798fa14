import { isTerminal } from '#lib/core/job-state.js';
import { shortRef } from '#lib/core/names.js';
import type { JobView, StatusEvent } from '../../schema.js';
import { cleanText } from '../fit-text.js';

/**
 * Turns events into one tab-separated line per change of a job's state: time, id, state, repo, branch, commit, reason.
 * Of what had ended before the first snapshot nothing is said; after a lost connection only what changed meanwhile.
 */
export function createChangeLines(now: () => number): (event: StatusEvent) => string[] {
  const known = new Map<string, string>();
  let started = false;
  const take = (job: JobView, quiet: boolean): string[] => {
    const word = job.cancelling !== null && job.state === 'running' ? 'cancelling' : job.state;
    const sign = `${word} ${job.attempt}`;
    if (known.get(job.id) === sign) return [];
    known.set(job.id, sign);
    return quiet ? [] : [changeLine(job, { word, time: timeOf(job, now()) })];
  };
  /** States between what was told last and what the job is now: a quick job passes several between two events. */
  const takePassed = ({ job, passed = [] }: JobEvent): string[] => {
    const [last = ''] = known.get(job.id)?.split(' ') ?? [];
    const earlier = passed.slice(passed.findLastIndex(({ state }) => state === last) + 1, -1);
    return earlier.map(({ state, at }) => changeLine({ ...job, reason: null }, { word: state, time: at }));
  };
  return (event) => {
    if (event.type === 'job') return [...takePassed(event), ...take(event.job, false)];
    if (event.type !== 'snapshot') return [];
    const lines = event.jobs.toReversed().flatMap((job) => take(job, !started && isTerminal(job.state)));
    started = true;
    return lines;
  };
}

type JobEvent = Extract<StatusEvent, { type: 'job' }>;

/** When the job came to where it is, by Redis' clock as far as the job tells. */
function timeOf(job: JobView, now: number): string {
  return sinceOf(job) ?? new Date(now).toISOString();
}

function sinceOf({ state, cancelling, readyAt, startedAt, finishedAt }: JobView): string | null {
  if (isTerminal(state)) return finishedAt;
  if (cancelling !== null) return null;
  if (state === 'running') return startedAt;
  return state === 'ready' ? readyAt : null;
}

function changeLine(job: JobView, { word, time }: { word: string; time: string }): string {
  const fields = [time, job.id, word, job.repo, job.branch ?? shortRef(job.ref), job.sha, job.reason ?? ''];
  return fields.map(cleanText).join('\t');
}
