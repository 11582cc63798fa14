import { Queue, Worker } from 'bullmq';
import { claimJob, readNextEntry } from '#lib/redis/attempts.js';
import { createJob } from '#lib/redis/create-job.js';
import { startRedis } from '../../support/redis-server.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { finishEmpty, makeJob, withQueue } from '../harness/queue.js';
import { atLeast, type Row } from '../row.js';

const IN_FLIGHT = 50;
const BYTES = 1000;

/** Jobs made, claimed and finished, 50 in flight in a closed loop, against BullMQ doing the same on the same Redis settings. */
export async function cycleJobs({ times, say }: Bench): Promise<Row[]> {
  const count = times(5000, 1000);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < times(5, 1); round += 1) {
    ours.push(await cycleOurs(count));
    theirs.push(await cycleBullMq(count));
    say(`round ${round + 1}: ${ours.at(-1)?.toFixed(0)} cycles/s, BullMQ ${theirs.at(-1)?.toFixed(0)}`);
  }
  return [
    atLeast(1, {
      name: `create, claim, finish: ${median(ours).toFixed(0)} cycles/s against BullMQ's`,
      value: median(ours) / median(theirs),
      unit: '×',
      reference: { name: 'BullMQ, closed loop, 50 in flight', value: median(theirs), unit: 'cycles/s' },
    }),
  ];
}

/** Runs `count` cycles, at most 50 at a time; answers how many there were a second. */
async function loop(count: number, cycle: () => Promise<void>): Promise<number> {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      await cycle();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return count / ((performance.now() - startedAt) / 1000);
}

async function cycleOurs(count: number): Promise<number> {
  return withQueue(IN_FLIGHT, async ({ room }) => {
    const agent = { type: 'rust', agent: 'bench-1' };
    let tokens = 0;
    const cycle = async () => {
      await createJob(room, makeJob({}, BYTES));
      // Its own job is ready or somebody else's is: the read never waits.
      const entry = await readNextEntry(room.redis, agent.type, agent.agent, 1);
      const claim = entry && (await claimJob(room, entry, { ...agent, token: `token-${(tokens += 1)}` }));
      if (!claim) throw new Error('there was nothing to claim');
      await finishEmpty(room, claim);
    };
    await loop(IN_FLIGHT * 4, cycle);
    return loop(count, cycle);
  });
}

async function cycleBullMq(count: number): Promise<number> {
  const server = await startRedis();
  const connection = { path: server.url, maxRetriesPerRequest: null };
  const queue = new Queue('cycles', { connection });
  const waiting = new Map<string, () => void>();
  const worker = new Worker('cycles', async () => undefined, { connection, concurrency: IN_FLIGHT });
  worker.on('completed', ({ name }) => waiting.get(name)?.());
  worker.on('error', () => undefined);
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const payload = 'x'.repeat(BYTES);
    let names = 0;
    const cycle = async () => {
      const name = `job-${(names += 1)}`;
      const done = new Promise<void>((resolve) => waiting.set(name, resolve));
      await queue.add(name, { payload });
      await done;
      waiting.delete(name);
    };
    await loop(IN_FLIGHT * 4, cycle);
    return await loop(count, cycle);
  } finally {
    await worker.close();
    await queue.close();
    await server.stop();
  }
}
