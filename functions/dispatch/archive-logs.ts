import type { FunctionContext } from '#lib/function-context.js';
import { findRetiredJobs, removeJob } from '#lib/redis/jobs.js';
import { dropLog, type LogBatch, listEndedLogs, readLog } from '#lib/redis/logs.js';
import type { Room } from '#lib/redis/room.js';

type Context = Pick<FunctionContext, 'room' | 'archive'>;

/** Moves logs that are due from Redis to the archive: written first, forgotten then. */
export async function archiveLogs({ room, archive }: Context): Promise<void> {
  for (const log of await listEndedLogs(room)) {
    await archive.write(log.job, log.attempt, readWholeLog(room, log));
    await dropLog(room, log);
  }
}

async function* readWholeLog(room: Room, log: { job: string; attempt: number }): AsyncGenerator<LogBatch> {
  for (let after = 0; ; ) {
    const page = await readLog(room, { ...log, after });
    if (!page || page.batches.length === 0) return;
    yield* page.batches;
    after = page.batches.at(-1)?.number ?? after;
  }
}

/** Removes jobs that have been kept long enough, with their logs. */
export async function removeRetiredJobs({ room, archive }: Context): Promise<void> {
  for (const id of await findRetiredJobs(room)) {
    await archive.remove(id);
    await removeJob(room, id);
  }
}
