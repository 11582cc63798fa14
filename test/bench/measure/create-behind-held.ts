import { createJob } from '#lib/redis/create-job.js';
import { cancelJob } from '#lib/redis/jobs.js';
import type { Room } from '#lib/redis/room.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { makeJob, withQueue } from '../harness/queue.js';
import { atMost, type Row } from '../row.js';

const FEW = 100;
const MANY = 10_000;
const GROUP = { group: 'deploy', groupLimit: 1 };
const AT_ONCE = 100;

/** Making a job while 10,000 wait, 9,999 of them held by their group, against making one while 100 wait. */
export async function createBehindHeld({ times }: Bench): Promise<Row[]> {
  const count = times(1500, 100);
  return withQueue(2, ({ room: few }) =>
    withQueue(2, async ({ room: many }) => {
      await fill(few, FEW);
      await fill(many, MANY);
      const fewMs: number[] = [];
      const manyMs: number[] = [];
      for (let n = 0; n < count; n += 1) {
        // By turns, so that both see the same machine; half of the new jobs are of the group that is full.
        const changes = n % 2 === 0 ? GROUP : {};
        fewMs.push(await createOne(few, changes));
        manyMs.push(await createOne(many, changes));
      }
      return [
        atMost(1.5, {
          name: `create with ${MANY} waiting against ${FEW}: ${median(manyMs).toFixed(2)} ms`,
          value: median(manyMs) / median(fewMs),
          unit: '×',
          reference: { name: `create with ${FEW} waiting, median`, value: median(fewMs), unit: 'ms' },
        }),
      ];
    }),
  );
}

/** The first of the group is ready, all others are held. */
async function fill(room: Room, count: number): Promise<void> {
  for (let made = 0; made < count; made += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => createJob(room, makeJob(GROUP))));
  }
}

async function createOne(room: Room, changes: Partial<typeof GROUP>): Promise<number> {
  const startedAt = performance.now();
  const { id } = await createJob(room, makeJob(changes));
  const ms = performance.now() - startedAt;
  await cancelJob(room, id, 'user');
  return ms;
}
