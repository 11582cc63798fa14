import { z } from 'zod';
import type { Claim } from './attempts.js';
import { keys } from './keys.js';
import { parseReply } from './reply.js';
import { isRedisAway } from './redis-away.js';
import { closeReader, type Room } from './room.js';

/** All live logs together may take this much of Redis, in bytes. */
const LIVE_LOGS_MOST = 512 * 2 ** 20;

/** Raw bytes of one step's output, in order. `number` counts from 1 within the attempt. */
export interface LogBatch {
  readonly number: number;
  /** Index of the step, from 0. */
  readonly step: number;
  /** Unix milliseconds, by the agent's clock. */
  readonly at: number;
  readonly data: Buffer;
}

const Appended = z.enum(['stored', 'duplicate', 'fenced', 'full']);
const Ended = z.enum(['stored', 'duplicate', 'fenced', 'incomplete']);

/** Stores a batch, once. `fenced`: another attempt holds the job; `full`: all live logs together are at their limit. */
export async function appendLog(
  room: Room,
  { job, token }: Claim,
  { data, ...batch }: LogBatch,
): Promise<z.infer<typeof Appended>> {
  const input = { job: job.id, attempt: job.attempt, token, most: LIVE_LOGS_MOST, ...batch };
  return parseReply(Appended, await room.run('append-log', input, data));
}

/** Sets the end marker; `number` is one after the last batch. */
export async function endLog(room: Room, { job, token }: Claim, number: number): Promise<z.infer<typeof Ended>> {
  return parseReply(Ended, await room.run('end-log', { job: job.id, attempt: job.attempt, token, number }));
}

export interface LogPage {
  readonly batches: readonly LogBatch[];
  /** Whether the end marker was reached. */
  readonly ended: boolean;
}

const RawEntries = z.array(z.tuple([z.instanceof(Buffer), z.array(z.instanceof(Buffer))]));

function toPage(reply: unknown): LogPage {
  const batches: LogBatch[] = [];
  let ended = false;
  for (const [id, fields] of RawEntries.parse(reply)) {
    const [name, data, , step, , at] = fields;
    if (name?.toString() === 'end') ended = true;
    else if (data)
      batches.push({ number: Number.parseInt(id.toString(), 10), step: Number(step), at: Number(at), data });
  }
  return { batches, ended };
}

/** Batches after number `after`, at most `limit` of them; null when the live log is not (or no longer) there. */
export async function readLog(
  room: Room,
  { job, attempt, after = 0, limit = 64 }: { job: string; attempt: number; after?: number; limit?: number },
): Promise<LogPage | null> {
  const key = keys.log(job, attempt);
  const reply = await room.redis.xrangeBuffer(key, `(${after}-0`, '+', 'COUNT', limit);
  if (reply.length === 0 && (await room.redis.exists(key)) === 0) return null;
  return toPage(reply);
}

const RawStreams = z.array(z.tuple([z.unknown(), z.unknown()])).nullable();

/** Opens a waiting reader of one attempt's log: each call answers the next batches, or an empty page after `blockMs` or a loss of Redis. */
export function openLogReader(
  room: Room,
  { job, attempt }: { job: string; attempt: number },
): { next(after: number, blockMs: number): Promise<LogPage>; close(): void } {
  const reader = room.connect();
  return {
    async next(after, blockMs) {
      const id = `${after}-0`;
      const key = keys.log(job, attempt);
      const read = reader.xreadBuffer('COUNT', 64, 'BLOCK', blockMs, 'STREAMS', key, id).catch((error: unknown) => {
        if (isRedisAway(error)) return null;
        throw error;
      });
      const reply = RawStreams.parse(await read);
      return reply?.[0] ? toPage(reply[0][1]) : { batches: [], ended: false };
    },
    close: () => closeReader(reader),
  };
}

export interface EndedLog {
  readonly job: string;
  readonly attempt: number;
}

/** Whether live logs take more than half of their room. */
export async function isLogRoomShort(room: Room): Promise<boolean> {
  return Number((await room.redis.hget(keys.counts, 'logBytes')) ?? 0) > LIVE_LOGS_MOST / 2;
}

/** Logs that ended ten minutes ago or more, the oldest first; all ended ones when room is short. */
export async function listEndedLogs(room: Room, limit = 20): Promise<EndedLog[]> {
  const [seconds] = await room.redis.time();
  const until = (await isLogRoomShort(room)) ? '+inf' : String((seconds ?? 0) * 1000);
  const names = await room.redis.zrange(keys.logsEnded, '-inf', until, 'BYSCORE', 'LIMIT', 0, limit);
  return names.map((name) => {
    const [job = '', attempt = '0'] = name.split(':');
    return { job, attempt: Number(attempt) };
  });
}

/** Forgets a live log that the archive has. */
export async function dropLog(room: Room, { job, attempt }: EndedLog): Promise<void> {
  await room.run('drop-log', { job, attempt });
}
