import { type Agent, listAgents } from '#lib/redis/agents.js';
import { countStates, readControl } from '#lib/redis/control.js';
import type { Room } from '#lib/redis/room.js';
import { toIso } from '#lib/views/job-view.js';

/** The platform in numbers. */
export async function summarise(room: Room) {
  const [states, control, agents] = await Promise.all([countStates(room), readControl(room), listAgents(room)]);
  const busy = agents.filter((agent) => agent.state === 'busy').length;
  return { states, ...control, agents: { idle: agents.length - busy, busy } };
}

/** An agent as the API shows it. */
export function viewAgent(agent: Agent) {
  const job = agent.job === '' ? null : agent.job;
  return { ...agent, job, startedAt: toIso(agent.startedAt), seenAt: toIso(agent.seenAt) };
}
