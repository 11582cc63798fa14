import type { Ending } from '#lib/redis/attempts.js';
import { type Claim, claimJob, finishJob, readNextEntry } from '#lib/redis/attempts.js';
import { registerAgent } from '#lib/redis/agents.js';
import { createJob, type Creation, type NewJob } from '#lib/redis/create-job.js';
import { changeControl } from '#lib/redis/control.js';
import { endLog } from '#lib/redis/logs.js';
import type { Room } from '#lib/redis/room.js';

export const SHA = 'a'.repeat(40);

/** The n-th job id of a test. */
export function idOf(n: number): string {
  return `01${String(n).padStart(24, '0')}`;
}

/** A job of `o/r` on main that a user asked for, with what the test changes. */
export function newJob(n: number, changes: Partial<NewJob> = {}): NewJob {
  return {
    id: idOf(n),
    repo: 'o/r',
    ref: 'refs/heads/main',
    sha: SHA,
    trigger: 'manual',
    agentType: 'rust',
    seq: '',
    priority: 0,
    group: '',
    groupLimit: 0,
    timeoutMs: 3_600_000,
    retryOnLost: true,
    env: {},
    retryOf: '',
    message: `job ${n}`,
    supersedes: false,
    ...changes,
  };
}

/** A pushed job: its sha comes from its number, its seq too unless given. */
export function newPush(n: number, changes: Partial<NewJob> = {}): NewJob {
  const sha = n.toString(16).padStart(40, '0');
  return newJob(n, { trigger: 'push', sha, seq: String(n).padStart(6, '0'), ...changes });
}

export function create(room: Room, n: number, changes: Partial<NewJob> = {}): Promise<Creation> {
  return createJob(room, newJob(n, changes));
}

/** Registers an agent; it claims the next entry. */
export async function takeJob(room: Room, agent = 'a1', type = 'rust', token = `token-${agent}`): Promise<Claim> {
  await registerAgent(room, { id: agent, type, host: 'box', pid: 1 });
  const entry = await readNextEntry(room.redis, type, agent, 1);
  if (!entry) throw new Error('no entry to take');
  const claim = await claimJob(room, entry, { type, agent, token });
  if (!claim) throw new Error(`entry ${entry.entry} is stale`);
  return claim;
}

export const SUCCEEDED: Ending = { state: 'succeeded', cause: null, reason: null, exitCode: 0, result: null };

/** Ends the log, which must be empty, and the job. */
export async function finish(room: Room, claim: Claim, ending: Ending = SUCCEEDED): Promise<string> {
  await endLog(room, claim, 1);
  return finishJob(room, claim, ending);
}

export function setCapacity(room: Room, capacity: number, type = 'rust'): Promise<void> {
  return changeControl(room, { capacity: { [type]: capacity } });
}
