import { z } from 'zod';
import { LEASE_MS } from './attempts.js';
import { JOB_STATES, type JobState } from '#lib/core/job-state.js';
import { keys } from './keys.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

export interface Control {
  readonly paused: boolean;
  readonly draining: boolean;
  /** How many jobs of each type may be ready or running. */
  readonly capacity: Readonly<Record<string, number>>;
}

export async function readControl(room: Room): Promise<Control> {
  const hash = await room.redis.hgetall(keys.control);
  const capacity: Record<string, number> = {};
  for (const [field, value] of Object.entries(hash)) {
    if (field.startsWith('capacity:')) capacity[field.slice('capacity:'.length)] = Number(value);
  }
  return { paused: hash['paused'] === '1', draining: hash['draining'] === '1', capacity };
}

export interface ControlChange {
  readonly paused?: boolean;
  readonly draining?: boolean;
  readonly capacity?: Readonly<Record<string, number>>;
}

/** Changes what may run. Jobs that nobody took yet go back to the queue when there is no room for them any more. */
export async function changeControl(room: Room, change: ControlChange, { onlyMissing = false } = {}): Promise<void> {
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : Number(value));
  await room.run('set-control', {
    paused: flag(change.paused),
    draining: flag(change.draining),
    capacity: change.capacity ?? {},
    onlyMissing,
  });
}

/** How many jobs are in each state. */
export async function countStates(room: Room): Promise<Record<JobState, number>> {
  const values = await room.redis.hmget(keys.counts, ...JOB_STATES.map((state) => `state:${state}`));
  const pairs = JOB_STATES.map((state, i) => [state, Number(values[i] ?? 0)] as const);
  // Object.fromEntries forgets that every state is there.
  return Object.fromEntries(pairs) as Record<JobState, number>;
}

/** Jobs of a type that wait for an agent or run: XLEN, which is the number of agents wanted. */
export async function countWanted(room: Room, type: string): Promise<number> {
  return room.redis.xlen(keys.ready(type));
}

export interface TickLimits {
  readonly suspectMs: number;
  readonly maxGapMs: number;
  readonly unclaimedMs: number;
  readonly nobodyMs: number;
  readonly silentMs: number;
  readonly leaseMs: number;
}

export const TICK_LIMITS: TickLimits = {
  suspectMs: 10_000,
  maxGapMs: 10_000,
  unclaimedMs: 10_000,
  nobodyMs: 30 * 60_000,
  silentMs: 60_000,
  leaseMs: LEASE_MS,
};

const Ticked = z.object({ requeued: z.number(), renewed: z.number(), untaken: z.number(), forgotten: z.number() });

/** Does what is due: retries, dead leases, lost entries, silent agents, admission. */
export async function tick(room: Room, limits: TickLimits = TICK_LIMITS): Promise<z.infer<typeof Ticked>> {
  return Ticked.parse(JSON.parse(parseReply(z.string(), await room.run('tick', limits))));
}
