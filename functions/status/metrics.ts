import { Gauge, Registry } from 'prom-client';
import { JOB_STATES } from '#lib/core/job-state.js';
import type { Room } from '#lib/redis/room.js';
import { summarise } from './summary.js';

/** Gauges computed from Redis when they are asked for: the truth survives restarts there. */
export async function renderMetrics(room: Room): Promise<string> {
  const registry = new Registry();
  const summary = await summarise(room);
  const jobs = new Gauge({ name: 'raibid_jobs', help: 'Jobs by state', labelNames: ['state'], registers: [registry] });
  for (const state of JOB_STATES) jobs.set({ state }, summary.states[state]);
  const agents = new Gauge({
    name: 'raibid_agents',
    help: 'Agents by state',
    labelNames: ['state'],
    registers: [registry],
  });
  agents.set({ state: 'idle' }, summary.agents.idle);
  agents.set({ state: 'busy' }, summary.agents.busy);
  const capacity = new Gauge({
    name: 'raibid_capacity',
    help: 'Slots by agent type',
    labelNames: ['type'],
    registers: [registry],
  });
  for (const [type, slots] of Object.entries(summary.capacity)) capacity.set({ type }, slots);
  const paused = new Gauge({ name: 'raibid_paused', help: '1 while nothing new starts', registers: [registry] });
  paused.set(summary.paused || summary.draining ? 1 : 0);
  return registry.metrics();
}
