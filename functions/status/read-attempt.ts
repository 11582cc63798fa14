import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '#lib/core/job.js';
import { isTerminal } from '#lib/core/job-state.js';
import { RaibidError } from '#lib/errors.js';
import type { FunctionContext } from '#lib/function-context.js';
import { findJob } from '#lib/redis/jobs.js';
import { type LogBatch, openLogReader, readLog } from '#lib/redis/logs.js';

type Context = Pick<FunctionContext, 'room' | 'archive'>;

export interface Place {
  readonly job: string;
  readonly attempt: number;
  /** Number of the last batch that the reader has. */
  readonly after: number;
}

/**
 * The attempt that a call asks for: its own, else the newest, else the first to come. Who follows may ask for the next one of a
 * job that goes on. Throws attempt-unknown.
 */
export function chooseAttempt(job: Job, asked: number | undefined, follows = false): number {
  const next = follows && !isTerminal(job.state) ? 1 : 0;
  if (asked !== undefined && asked > Math.max(1, job.attempt + next)) {
    throw new RaibidError('attempt-unknown', `job ${job.id} has had ${job.attempt} attempts`);
  }
  return asked ?? Math.max(1, job.attempt);
}

/** What an attempt has written so far, from Redis or from the archive. Throws log-expired when neither has it. */
export async function* readAttempt({ room, archive }: Context, place: Place): AsyncGenerator<LogBatch> {
  let { after } = place;
  for (;;) {
    const page = await readLog(room, { ...place, after });
    if (page === null) break;
    yield* page.batches;
    after = page.batches.at(-1)?.number ?? after;
    if (page.ended || page.batches.length === 0) return;
  }
  // Not in Redis, or just moved away in the middle: the archive goes on where Redis stopped.
  if (archive !== null && (await archive.has(place.job, place.attempt))) {
    yield* archive.read(place.job, place.attempt, after);
    return;
  }
  const job = await findJob(room, place.job);
  if (!job || (job.attempt >= place.attempt && isTerminal(job.state))) {
    throw new RaibidError(
      'log-expired',
      `the log of job ${place.job}, attempt ${place.attempt}, is not there any more`,
    );
  }
}

/** How long a follower sleeps before it looks whether a job without output still lives, in milliseconds. */
const LOOK_AGAIN_MS = 1000;
/** An agent that needs longer than this from the log's end to the job's is in trouble, in milliseconds. */
const ENDING_MS = 2000;

/** What an attempt writes, until it ends or the signal comes. An attempt that has not begun is waited for. */
export async function* followAttempt(context: Context, place: Place, signal: AbortSignal): AsyncGenerator<LogBatch> {
  const { room } = context;
  if (await isOver(context, place)) {
    yield* readAttempt(context, place);
    return;
  }
  const reader = openLogReader(room, place);
  signal.addEventListener('abort', () => reader.close(), { once: true });
  try {
    for (let { after } = place; !signal.aborted; ) {
      const page = await reader.next(after, LOOK_AGAIN_MS);
      yield* page.batches;
      after = page.batches.at(-1)?.number ?? after;
      if (page.ended) {
        await waitForState(context, place, signal);
        return;
      }
      if (page.batches.length === 0 && (await isOver(context, place))) {
        yield* readAttempt(context, { ...place, after });
        return;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    reader.close();
  }
}

/** The log's end comes just before the job's: whoever saw the one shall find the other. */
async function waitForState(context: Context, place: Place, signal: AbortSignal): Promise<void> {
  for (let pause = 5; pause < ENDING_MS && !signal.aborted && !(await isOver(context, place)); pause *= 2) {
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function isOver({ room }: Context, { job: id, attempt }: Place): Promise<boolean> {
  const job = await findJob(room, id);
  if (!job || isTerminal(job.state) || job.attempt > attempt) return true;
  return job.attempt === attempt && job.state !== 'running';
}
