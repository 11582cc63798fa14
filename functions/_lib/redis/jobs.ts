import { z } from 'zod';
import type { CancelCause, Job } from '#lib/core/job.js';
import type { JobState } from '#lib/core/job-state.js';
import { isBranch, shortRef } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import { parseJob } from './job-hash.js';
import { keys } from './keys.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

/** A job by its id; null when there is none. */
export async function findJob(room: Room, id: string): Promise<Job | null> {
  const hash = await room.redis.hgetall(keys.job(id));
  return Object.keys(hash).length === 0 ? null : parseJob(hash);
}

/** A job by its id; throws `job-unknown`. */
export async function getJob(room: Room, id: string): Promise<Job> {
  const job = await findJob(room, id);
  if (!job) throw new RaibidError('job-unknown', `there is no job ${id}`);
  return job;
}

async function findJobs(room: Room, ids: readonly string[]): Promise<Job[]> {
  if (ids.length === 0) return [];
  const pipeline = room.redis.pipeline();
  for (const id of ids) pipeline.hgetall(keys.job(id));
  const replies = (await pipeline.exec()) ?? [];
  const hashes = replies.map(([error, hash]) => {
    if (error) throw error;
    return z.record(z.string(), z.string()).parse(hash);
  });
  return hashes.filter((hash) => Object.keys(hash).length > 0).map(parseJob);
}

export interface JobFilter {
  readonly states?: readonly JobState[] | undefined;
  readonly repo?: string | undefined;
  /** Short name of a branch. */
  readonly branch?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** How many hashes one call reads at most: a page may be short or empty and still have a next one. */
const READ_AT_MOST = 2000;

/** Jobs, newest first. */
export async function listJobs(room: Room, filter: JobFilter): Promise<{ jobs: Job[]; nextCursor: string | null }> {
  const index = filter.repo ? keys.jobsOfRepo(filter.repo) : keys.jobsAll;
  const found: Job[] = [];
  let below = filter.cursor ? `(${filter.cursor}` : '+inf';
  for (let read = 0; read < READ_AT_MOST; ) {
    const count = Math.min(200, Math.max(filter.limit, 20));
    const page = await room.redis.zrange(index, below, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, count, 'WITHSCORES');
    const ids = page.filter((_, i) => i % 2 === 0);
    const scores = new Map(ids.map((id, i) => [id, page[2 * i + 1] ?? '0']));
    for (const job of await findJobs(room, ids)) {
      if (!matches(job, filter)) continue;
      found.push(job);
      if (found.length === filter.limit) return { jobs: found, nextCursor: scores.get(job.id) ?? null };
    }
    if (ids.length < count) return { jobs: found, nextCursor: null };
    read += ids.length;
    below = `(${scores.get(ids.at(-1) ?? '') ?? '0'}`;
  }
  return { jobs: found, nextCursor: below.slice(1) };
}

function matches(job: Job, { states, branch }: JobFilter): boolean {
  if (states && !states.includes(job.state)) return false;
  return branch === undefined || (isBranch(job.ref) && shortRef(job.ref) === branch);
}

/** Jobs that have not ended, oldest first. */
export async function listLiveJobs(room: Room, limit: number): Promise<Job[]> {
  return findJobs(room, await room.redis.zrange(keys.jobsLive, '0', String(limit - 1)));
}

const CANCEL_REASONS: Readonly<Record<CancelCause, string>> = {
  user: 'cancelled by a user',
  superseded: 'superseded by a newer push',
  'branch-deleted': 'its branch was deleted',
  'mirror-removed': 'its mirror was removed',
};

const Cancellation = z.enum(['cancelled', 'cancelling', 'terminal', 'unknown']);
export type Cancellation = z.infer<typeof Cancellation>;

/** Cancels a job: a waiting one ends at once, a running one when its agent has stopped it. */
export async function cancelJob(room: Room, id: string, cause: CancelCause): Promise<Cancellation> {
  return parseReply(Cancellation, await room.run('cancel-job', { job: id, cause, reason: CANCEL_REASONS[cause] }));
}

/** Cancels the live jobs of a repository, or of one ref of it; returns their ids. */
export async function cancelRef(room: Room, repo: string, ref: string | null, cause: CancelCause): Promise<string[]> {
  const reply = await room.run('cancel-ref', { repo, ref: ref ?? '', cause, reason: CANCEL_REASONS[cause] });
  return Array.isArray(reply) ? parseReply(z.array(z.string()), reply) : [];
}

/** Ended jobs that have been kept long enough: 1,000 a repository, 90 days. */
export async function findRetiredJobs(
  room: Room,
  {
    repoKeeps = 1000,
    keepMs = 90 * 86_400_000,
    most = 50,
  }: { repoKeeps?: number; keepMs?: number; most?: number } = {},
): Promise<string[]> {
  return parseReply(z.array(z.string()), await room.run('find-retired', { repoKeeps, keepMs, most }));
}

/** Removes an ended job with its indexes and live logs; false when it is not there or lives. */
export async function removeJob(room: Room, id: string): Promise<boolean> {
  return (await room.run('remove-job', { job: id })) === 1;
}
