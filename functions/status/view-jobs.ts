import type { Job } from '#lib/core/job.js';
import type { Room } from '#lib/redis/room.js';
import { explainWaiting } from '#lib/redis/waiting.js';
import { viewJob } from '#lib/views/job-view.js';

/** Jobs as the API shows them; those that wait say why. `now` in Unix milliseconds. */
export async function viewJobs(room: Room, jobs: readonly Job[], now: number) {
  return Promise.all(
    jobs.map(async (job) => {
      const waits = job.state === 'held' || job.state === 'queued' || job.state === 'ready';
      return viewJob(job, now, waits ? (await explainWaiting(room, job)).reason : null);
    }),
  );
}
