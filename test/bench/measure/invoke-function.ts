import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { streamInbox } from '#lib/redis/keys.js';
import type { Room } from '#lib/redis/room.js';
import { startConnector } from '../../../functions/_connector/connector.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { withQueue } from '../harness/queue.js';
import { atLeast, type Row } from '../row.js';

const STREAM = 'bench';
const CONCURRENCY = 8;
const BODY = JSON.stringify({ text: 'x'.repeat(200) });

/** Entries of a stream to a function that answers at once, from the connector's start until the last is acknowledged. */
export async function invokeFunction({ times, say }: Bench): Promise<Row[]> {
  const count = times(10_000, 1000);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < times(5, 1); round += 1) {
    ours.push(await withFunction((url) => withQueue(1, ({ room }) => invokeAll(room, url, count))));
    bare.push(await withFunction((url) => postAll(url, count)));
    say(`round ${round + 1}: ${ours.at(-1)?.toFixed(0)} invocations/s, bare posts ${bare.at(-1)?.toFixed(0)}/s`);
  }
  return [
    atLeast(500, {
      name: `stream entry to invoked function, ${count} entries, ${CONCURRENCY} at once`,
      value: median(ours),
      unit: 'invocations/s',
      reference: { name: 'the same posts by HTTP without Redis', value: median(bare), unit: 'posts/s' },
    }),
  ];
}

/** Answers with entries per second. */
async function invokeAll(room: Room, url: string, count: number): Promise<number> {
  const inbox = streamInbox(STREAM, 'bench');
  await Promise.all(Array.from({ length: count }, () => room.redis.xadd(STREAM, '*', 'body', BODY)));
  const called = { name: 'bench', own: false, url, timeoutMs: 60_000, concurrency: CONCURRENCY };
  const startedAt = performance.now();
  const connector = startConnector({
    room,
    functions: [{ ...called, streams: [{ topic: `redis:${STREAM}`, inbox, from: 'first' }], schedules: [] }],
    readSecret: () => Promise.reject(new Error('there is none')),
    consumer: 'bench',
    log: pino({ level: 'silent' }),
    now: Date.now,
    random: Math.random,
  });
  try {
    await waitUntil(() => isDone(room, count), { what: 'all are acknowledged', everyMs: 5, deadlineMs: 120_000 });
    return count / ((performance.now() - startedAt) / 1000);
  } finally {
    await connector.stop(1000);
  }
}

async function isDone(room: Room, count: number): Promise<boolean> {
  const [group = []] = (await room.redis.xinfo('GROUPS', STREAM)) as unknown[][];
  const of = (name: string) => group[group.indexOf(name) + 1];
  return of('entries-read') === count && of('pending') === 0;
}

async function postAll(url: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const req = request(url, { method: 'POST', agent, headers: { 'Content-Length': Buffer.byteLength(BODY) } });
      req.end(BODY);
      // What `once` answers for a response is the one argument of its event.
      const [res] = (await once(req, 'response')) as [IncomingMessage];
      await res.resume().toArray();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  agent.destroy();
  return count / ((performance.now() - startedAt) / 1000);
}

async function withFunction<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((req, res) => {
    req.resume().once('end', () => res.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    // A listening TCP server has such an address.
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
