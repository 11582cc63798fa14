import { setTimeout as delay } from 'node:timers/promises';
import { registerAgent } from '#lib/redis/agents.js';
import { claimJob, readNextEntry } from '#lib/redis/attempts.js';
import { createJob } from '#lib/redis/create-job.js';
import type { Room } from '#lib/redis/room.js';
import type { Bench } from '../bench.js';
import { percentile } from '../harness/percentile.js';
import { finishEmpty, makeJob, withQueue } from '../harness/queue.js';
import { atMost, type Row } from '../row.js';

const AGENT = { id: 'bench-1', type: 'rust', host: 'bench', pid: process.pid };
const BLOCK_MS = 5000;
/** Long enough for the blocking read to have reached Redis. */
const SETTLE_MS = 3;

/** From the call that makes a job, and with it XADDs its entry, to the claim of an agent that blocks on the stream. */
export async function claimEntry({ times }: Bench): Promise<Row[]> {
  const count = times(2000, 100);
  return withQueue(1, async ({ room }) => {
    await registerAgent(room, AGENT);
    const reader = room.connect();
    const writer = room.connect();
    try {
      // Once before, so that scripts and connections are there.
      await takeOne(room, reader);
      await probeOne(writer, reader, 'probe');
      const claims: number[] = [];
      const probes: number[] = [];
      for (let n = 0; n < count; n += 1) {
        claims.push(await takeOne(room, reader));
        probes.push(await probeOne(writer, reader, 'probe'));
      }
      const row = (percent: number, bar: number) =>
        atMost(bar, {
          name: `XADD to a waiting agent's claim, p${percent}`,
          value: percentile(claims, percent),
          unit: 'ms',
          reference: {
            name: 'XADD to a blocked XREADGROUP, no script',
            value: percentile(probes, percent),
            unit: 'ms',
          },
        });
      return [row(50, 3), row(99, 15)];
    } finally {
      reader.disconnect();
      writer.disconnect();
    }
  });
}

type Connection = ReturnType<Room['connect']>;

async function takeOne(room: Room, reader: Connection): Promise<number> {
  const { id: agent, type } = AGENT;
  const waiting = readNextEntry(reader, type, agent, BLOCK_MS);
  await delay(SETTLE_MS);
  const startedAt = performance.now();
  const created = createJob(room, makeJob());
  const entry = await waiting;
  const claim = entry && (await claimJob(room, entry, { type, agent, token: `token of ${entry.entry}` }));
  const ms = performance.now() - startedAt;
  if (!claim) throw new Error('there was nothing to claim');
  await created;
  await finishEmpty(room, claim);
  return ms;
}

/** What Redis itself needs for the hand-over. */
async function probeOne(writer: Connection, reader: Connection, stream: string): Promise<number> {
  await writer.xgroup('CREATE', stream, 'probes', '$', 'MKSTREAM').catch(() => undefined);
  const waiting = reader.xreadgroup('GROUP', 'probes', 'one', 'COUNT', 1, 'BLOCK', BLOCK_MS, 'STREAMS', stream, '>');
  await delay(SETTLE_MS);
  const startedAt = performance.now();
  const added = writer.xadd(stream, '*', 'job', 'some job');
  await waiting;
  const ms = performance.now() - startedAt;
  const id = await added;
  if (id !== null) await writer.multi().xack(stream, 'probes', id).xdel(stream, id).exec();
  return ms;
}
