import { killStrays } from '../../functions/_agent/stray/kill-strays.js';
import { findAgent, leaveAgent } from '#lib/redis/agents.js';
import { findJob } from '#lib/redis/jobs.js';
import type { Room } from '#lib/redis/room.js';
import type { Departure } from './agents.js';

export interface Settled {
  /** It had got as far as to wait for jobs. */
  readonly registered: boolean;
  /** What became of the job that it held. */
  readonly outcome: 'none' | 'queued' | 'errored' | 'cancelled';
  /** The attempt that it left unfinished, `<job>.<number>`. */
  readonly attempt: string | null;
}

/**
 * Tidies up after an agent whose process is gone: first whatever it started ends, then its job goes back, so that two attempts
 * never run side by side. May be repeated.
 */
export async function settleDeparture(room: Room, { id, type, cause }: Departure): Promise<Settled> {
  killStrays(`RAIBID_AGENT_ID=${id}`);
  const agent = await findAgent(room, id);
  const job = agent === null || agent.job === '' ? null : await findJob(room, agent.job);
  const attempt = job === null ? null : `${job.id}.${job.attempt}`;
  if (attempt !== null) killStrays(`RAIBID_ATTEMPT_ID=${attempt}`);
  return { registered: agent !== null, attempt, outcome: await leaveAgent(room, { agent: id, type, cause }) };
}
