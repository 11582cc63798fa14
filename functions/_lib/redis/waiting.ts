import type { Job } from '#lib/core/job.js';
import { readControl } from './control.js';
import { keys } from './keys.js';
import type { Room } from './room.js';

export interface Waiting {
  /** Why the job waits, true now. */
  readonly reason: string;
  /** Place in its queue, from 1; null when it is in none. */
  readonly position: number | null;
}

/** Why a held, queued or ready job waits: computed when asked for. */
export async function explainWaiting(room: Room, job: Job): Promise<Waiting> {
  switch (job.state) {
    case 'held':
      return explainHeld(room, job);
    case 'queued':
      return explainQueued(room, job);
    case 'ready':
      return { reason: 'waits for an agent to start', position: null };
    case 'running':
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'errored':
      return { reason: 'does not wait', position: null };
  }
}

async function explainHeld(room: Room, job: Job): Promise<Waiting> {
  const lane = (await room.redis.hget(keys.job(job.id), 'heldBy')) ?? '';
  const rank = await room.redis.zrank(keys.held(lane), job.id);
  const position = rank === null ? null : rank + 1;
  if (lane.startsWith(`${job.repo}:`)) return { reason: `repository ${job.repo} is at its limit of jobs`, position };
  return { reason: `group ${job.group} is at its limit of ${job.groupLimit}`, position };
}

async function explainQueued(room: Room, job: Job): Promise<Waiting> {
  if (job.dueAt !== null) {
    return {
      reason: `waits until ${new Date(job.dueAt).toISOString()} after attempt ${job.attempt} was lost`,
      position: null,
    };
  }
  const rank = await room.redis.zrank(keys.queued(job.agentType), job.id);
  const position = rank === null ? null : rank + 1;
  const control = await readControl(room);
  if (control.draining) return { reason: 'the platform drains: raibid control resume', position };
  if (control.paused) return { reason: 'the platform is paused: raibid control resume', position };
  const capacity = control.capacity[job.agentType] ?? 1;
  return { reason: `all ${capacity} ${job.agentType} slots are taken`, position };
}
