import { z } from 'zod';
import type { Cause, Job, JobResult } from '#lib/core/job.js';
import type { GivenBack } from '#lib/core/retry-policy.js';
import { parseJob } from './job-hash.js';
import { AGENTS_GROUP, keys } from './keys.js';
import { parseReply, toRecord } from './reply.js';
import type { Room } from './room.js';

/** An agent's right to a job ends this long after its last heartbeat, in milliseconds. */
export const LEASE_MS = 30_000;
export const HEARTBEAT_MS = 10_000;

/** What an agent needs for every write: the job and the fence. */
export interface Claim {
  readonly job: Job;
  readonly token: string;
}

/** An entry of the ready stream that was delivered to an agent. */
export interface ReadyEntry {
  readonly entry: string;
  readonly job: string;
}

const StreamReply = z
  .array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.string()).nullable()]))]))
  .nullable();

function parseEntries(reply: unknown): ReadyEntry[] {
  const entries = parseReply(StreamReply, reply)?.[0]?.[1] ?? [];
  return entries.map(([entry, fields]) => ({ entry, job: fields?.[1] ?? '' }));
}

type Reader = ReturnType<Room['connect']>;

/** The entries that were delivered to this agent and not acknowledged: what to look at first after each connect. */
export async function readOwnEntries(reader: Reader, type: string, agent: string): Promise<ReadyEntry[]> {
  return parseEntries(
    await reader.xreadgroup('GROUP', AGENTS_GROUP, agent, 'COUNT', 10, 'STREAMS', keys.ready(type), '0'),
  );
}

/** Waits up to `blockMs` for the next entry; null when none came. */
export async function readNextEntry(
  reader: Reader,
  type: string,
  agent: string,
  blockMs: number,
): Promise<ReadyEntry | null> {
  const reply = await reader.xreadgroup(
    'GROUP',
    AGENTS_GROUP,
    agent,
    'COUNT',
    1,
    'BLOCK',
    blockMs,
    'STREAMS',
    keys.ready(type),
    '>',
  );
  return parseEntries(reply)[0] ?? null;
}

/** Claims the job of an entry; null when the entry is stale. Repeatable with the same token. */
export async function claimJob(
  room: Room,
  { entry, job }: ReadyEntry,
  { type, agent, token, leaseMs = LEASE_MS }: { type: string; agent: string; token: string; leaseMs?: number },
): Promise<Claim | null> {
  const reply = await room.run('claim-job', { type, entry, job, agent, token, leaseMs });
  return reply === null ? null : { job: parseJob(toRecord(reply)), token };
}

const Heartbeat = z.tuple([z.enum(['kept', 'cancel', 'lost']), z.number()]);

/** Renews the lease. `lost`: the job belongs to nobody or somebody else; stop at once. */
export async function sendHeartbeat(
  room: Room,
  { job, token }: Claim,
  leaseMs = LEASE_MS,
): Promise<{ verdict: 'kept' | 'cancel' | 'lost'; draining: boolean }> {
  const [verdict, draining] = parseReply(Heartbeat, await room.run('heartbeat-job', { job: job.id, token, leaseMs }));
  return { verdict, draining: draining === 1 };
}

export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'errored';
  readonly cause: Cause | null;
  /** One sentence for people; null when the state says it all. */
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly result: JobResult | null;
}

const Finish = z.enum(['finished', 'already', 'fenced', 'log-incomplete']);

/** Ends the job. Refused without the end marker of the log, or when another attempt holds the job. */
export async function finishJob(room: Room, { job, token }: Claim, ending: Ending): Promise<z.infer<typeof Finish>> {
  const fields = {
    cause: ending.cause ?? '',
    reason: ending.reason ?? '',
    exitCode: ending.exitCode === null ? '' : String(ending.exitCode),
    result: ending.result === null ? '' : JSON.stringify(ending.result),
  };
  return parseReply(Finish, await room.run('finish-job', { job: job.id, token, state: ending.state, fields }));
}

const Requeue = z.enum(['queued', 'errored', 'cancelled', 'fenced']);

/** Gives the job back. */
export async function requeueJob(
  room: Room,
  { job, token }: Claim,
  cause: GivenBack,
): Promise<z.infer<typeof Requeue>> {
  return parseReply(Requeue, await room.run('requeue-job', { job: job.id, token, cause }));
}
