import { z } from 'zod';
import type { GivenBack } from '#lib/core/retry-policy.js';
import { agentChannel, keys } from './keys.js';
import { parseReply } from './reply.js';
import { closeReader, type Room } from './room.js';

export interface Agent {
  readonly id: string;
  readonly type: string;
  readonly host: string;
  readonly pid: number;
  readonly state: 'idle' | 'busy';
  /** The job it runs; '' when idle. */
  readonly job: string;
  /** Unix milliseconds by Redis' clock, as `seenAt`. */
  readonly startedAt: number;
  readonly seenAt: number;
}

const AgentHash = z.object({
  type: z.string(),
  host: z.string(),
  pid: z.coerce.number(),
  state: z.enum(['idle', 'busy']),
  job: z.string().default(''),
  startedAt: z.coerce.number(),
  seenAt: z.coerce.number(),
});

/** Says that an agent is alive; repeated while it waits. Answers whether it should leave. */
export async function registerAgent(
  room: Room,
  agent: { id: string; type: string; host: string; pid: number },
): Promise<{ draining: boolean }> {
  const { id, ...fields } = agent;
  return { draining: (await room.run('register-agent', { agent: id, ...fields })) === 1 };
}

export async function findAgent(room: Room, id: string): Promise<Agent | null> {
  const hash = AgentHash.safeParse(await room.redis.hgetall(keys.agent(id)));
  return hash.success ? { id, ...hash.data } : null;
}

/** The agents that are alive, by when they were last seen. */
export async function listAgents(room: Room): Promise<Agent[]> {
  const ids = await room.redis.zrange(keys.agents, '0', '-1');
  const agents = await Promise.all(ids.map((id) => findAgent(room, id)));
  return agents.filter((agent) => agent !== null);
}

const Leaving = z.enum(['none', 'queued', 'errored', 'cancelled']);

/** Forgets an agent that left or was found gone; a job it held goes back. Answers what became of that job. */
export async function leaveAgent(
  room: Room,
  { agent, type, cause }: { agent: string; type: string; cause: GivenBack },
): Promise<z.infer<typeof Leaving>> {
  return parseReply(Leaving, await room.run('leave-agent', { agent, type, cause }));
}

/** Hears the cancellations sent to one agent on a connection of its own; returns how to stop. Rejects while Redis is away. */
export async function hearOrders(room: Room, agent: string, onCancel: (job: string) => void): Promise<() => void> {
  const reader = room.connect();
  // After each later connection; one that is lost on the way is followed by another.
  reader.on('ready', () => void reader.subscribe(agentChannel(agent)).catch(() => undefined));
  reader.on('message', (_channel, message: string) => {
    const [verb, job = ''] = message.split(' ');
    if (verb === 'cancel') onCancel(job);
  });
  try {
    await reader.subscribe(agentChannel(agent));
  } catch (error) {
    closeReader(reader);
    throw error;
  }
  return () => closeReader(reader);
}
