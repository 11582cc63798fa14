import { ulid } from 'ulid';
import { type Claim, finishJob } from '#lib/redis/attempts.js';
import { changeControl } from '#lib/redis/control.js';
import type { NewJob } from '#lib/redis/create-job.js';
import { endLog } from '#lib/redis/logs.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';

export interface BenchQueue {
  readonly room: Room;
  readonly server: TestRedis;
}

/** Gives `work` the queue on a redis-server of its own, with the platform's settings. */
export async function withQueue<T>(capacity: number, work: (queue: BenchQueue) => Promise<T>): Promise<T> {
  const server = await startRedis();
  const room = openRoom(server.url, { name: 'bench' });
  try {
    await changeControl(room, { capacity: { rust: capacity } });
    return await work({ room, server });
  } finally {
    closeRoom(room);
    await server.stop();
  }
}

/** A job of `bytes` bytes, more or less. */
export function makeJob(changes: Partial<NewJob> = {}, bytes = 0): NewJob {
  return {
    // Its own default draws from the system for each letter, which would be most of the time of a cycle.
    id: ulid(Date.now(), Math.random),
    repo: 'ada/tally',
    ref: 'refs/heads/main',
    sha: 'a'.repeat(40),
    trigger: 'manual',
    agentType: 'rust',
    seq: '',
    priority: 0,
    group: '',
    groupLimit: 0,
    timeoutMs: 3_600_000,
    retryOnLost: true,
    env: bytes > 0 ? { PAYLOAD: 'x'.repeat(bytes) } : {},
    retryOf: '',
    message: 'Change things',
    supersedes: false,
    ...changes,
  };
}

/** Ends a job that wrote nothing. */
export async function finishEmpty(room: Room, claim: Claim): Promise<void> {
  await endLog(room, claim, 1);
  const outcome = await finishJob(room, claim, {
    state: 'succeeded',
    cause: null,
    reason: null,
    exitCode: 0,
    result: null,
  });
  if (outcome !== 'finished') throw new Error(`finishing answered ${outcome}`);
}
