import type { Logger } from 'pino';
import { killStrays } from '../../functions/_agent/stray/kill-strays.js';
import { leaveAgent, listAgents } from '#lib/redis/agents.js';
import { breakLock } from '#lib/redis/locks.js';
import { listMirrors } from '#lib/redis/mirrors.js';
import type { Room } from '#lib/redis/room.js';
import { shutDownLeftoverRedis } from './leftover-redis.js';

/** The entry in the environment of every process of a data directory. */
export function homeCookie(homeId: string): string {
  return `RAIBID_HOME_ID=${homeId}`;
}

/** Ends all that an earlier platform of this data directory left running. Call it with the directory locked. */
export async function endLeftovers({ homeId, socket }: { homeId: string; socket: string }, log: Logger): Promise<void> {
  const hadRedis = await shutDownLeftoverRedis(socket);
  const killed = killStrays(homeCookie(homeId));
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
