import type { Logger } from 'pino';
import { holdsCookie, killWhere, worksIn } from '../../functions/_agent/stray/kill-strays.js';
import { leaveAgent, listAgents } from '#lib/redis/agents.js';
import { breakLock } from '#lib/redis/locks.js';
import { listMirrors } from '#lib/redis/mirrors.js';
import type { Room } from '#lib/redis/room.js';
import { shutDownLeftoverRedis } from './leftover-redis.js';

/** What every process of a data directory is known by. */
export interface Marks {
  /** In its environment, as RAIBID_HOME_ID. */
  readonly homeId: string;
  /** Real path of where steps have their workspaces. */
  readonly work: string;
}

/** Kills every process of a data directory but the caller. Returns the ids of those killed. */
export function killOwn({ homeId, work }: Marks): number[] {
  return killWhere(({ pid }) => holdsCookie(pid, `RAIBID_HOME_ID=${homeId}`) || worksIn(pid, work));
}

/** Ends all that an earlier platform of this data directory left running. Call it with the directory locked. */
export async function endLeftovers({ socket, ...marks }: Marks & { socket: string }, log: Logger): Promise<void> {
  const hadRedis = await shutDownLeftoverRedis(socket);
  const killed = killOwn(marks);
  if (hadRedis || killed.length > 0) log.warn({ hadRedis, killed }, 'ended what an earlier platform left running');
}

/** Gives back the jobs of agents that died with an earlier platform: none of those that Redis knows is alive any more. */
export async function forgetDeadAgents(room: Room, log: Logger): Promise<void> {
  for (const { id, type } of await listAgents(room)) {
    const outcome = await leaveAgent(room, { agent: id, type, cause: 'lost' });
    log.warn({ agent: id, job: outcome }, 'an agent of an earlier platform is gone');
  }
}

/** Lets go of the syncs that died with an earlier platform; until its lock ends, nobody else could sync a repository. */
export async function breakDeadSyncs(room: Room): Promise<void> {
  for (const { repo } of await listMirrors(room)) await breakLock(room, `mirror:${repo}`);
}
