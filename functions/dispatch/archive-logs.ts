import { ulid } from 'ulid';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { findRetiredJobs, removeJob } from '#lib/redis/jobs.js';
import { dropLog, isLogRoomShort, type LogBatch, listEndedLogs, readLog } from '#lib/redis/logs.js';
import { withLock } from '#lib/redis/locks.js';
import type { Room } from '#lib/redis/room.js';

type Context = Pick<FunctionContext, 'room' | 'archive' | 'now' | 'random'>;

/**
 * Moves logs that are due from Redis to the archive: written first, forgotten then. Without an archive they stay, and the oldest
 * go when room is short. Does nothing while another call is at it.
 */
export async function archiveLogs(context: Context): Promise<void> {
  const { room, archive, now, random } = context;
  if (archive === null && !(await isLogRoomShort(room))) return;
  if ((await listEndedLogs(room, 1)).length === 0) return;
  // A tick that takes longer than the function's timeout meets the next one.
  const owner = ulid(now(), random);
  await withLock(room, { name: 'archive', owner, ttlMs: 30_000 }, () => moveLogs(context));
}

async function moveLogs({ room, archive }: Context): Promise<void> {
  for (const log of await listEndedLogs(room)) {
    const isThere = (await readLog(room, { ...log, limit: 1 })) !== null;
    if (isThere) await archive?.write(log.job, log.attempt, readWholeLog(room, log));
    await dropLog(room, log);
  }
}

async function* readWholeLog(room: Room, log: { job: string; attempt: number }): AsyncGenerator<LogBatch> {
  for (let after = 0; ; ) {
    const page = await readLog(room, { ...log, after });
    // What the archive has may be the whole log; a part must not replace it.
    if (!page)
      throw new RaibidError('log-expired', `the log of job ${log.job}, attempt ${log.attempt}, went meanwhile`);
    yield* page.batches;
    if (page.ended || page.batches.length === 0) return;
    after = page.batches.at(-1)?.number ?? after;
  }
}

/** Removes jobs that have been kept long enough, with their logs. */
export async function removeRetiredJobs({ room, archive }: Pick<Context, 'room' | 'archive'>): Promise<void> {
  for (const id of await findRetiredJobs(room)) {
    await archive?.remove(id);
    await removeJob(room, id);
  }
}
