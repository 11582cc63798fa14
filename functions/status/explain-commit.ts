import type { FunctionContext } from '#lib/function-context.js';
import { findJob } from '#lib/redis/jobs.js';
import { readTrail } from '#lib/redis/trail.js';
import { toIso } from '#lib/views/job-view.js';
import { viewJobs } from './view-jobs.js';

/** What became of a commit: its trail, and the jobs that the trail names as they are now. */
export async function explainCommit({ room, now }: Pick<FunctionContext, 'room' | 'now'>, sha: string) {
  const trail = await readTrail(room, sha);
  const ids = new Set(trail.flatMap(({ text }) => text.match(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g) ?? []));
  const found = await Promise.all([...ids].map((id) => findJob(room, id)));
  const jobs = found.filter((job) => job !== null && job.sha === sha).filter((job) => job !== null);
  return {
    sha,
    trail: trail.map((step) => ({ ...step, at: toIso(step.at) })),
    jobs: await viewJobs(room, jobs, now()),
  };
}
