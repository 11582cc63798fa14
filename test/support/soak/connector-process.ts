import { pino } from 'pino';
import { z } from 'zod';
import { streamInbox } from '#lib/redis/keys.js';
import { openRoom } from '#lib/redis/room.js';
import { startConnector } from '../../../functions/_connector/connector.js';

/** A connector in a process of its own, to be killed: with short leases and waits, for streams that are named as their functions. */
const Options = z.object({ redis: z.string(), url: z.string(), consumer: z.string(), functions: z.array(z.string()) });
const { redis, url, consumer, functions } = Options.parse(JSON.parse(process.argv[2] ?? ''));

startConnector({
  room: openRoom(redis),
  functions: functions.map((name) => ({
    ...{ name, own: false, url: `${url}/${name}`, timeoutMs: 300, concurrency: 8, schedules: [] },
    streams: [{ topic: `redis:${name}`, inbox: streamInbox(name, name), from: 'first' }],
  })),
  readSecret: () => Promise.reject(new Error('there is none')),
  consumer,
  log: pino({ level: 'silent' }),
  now: Date.now,
  random: Math.random,
  backoff: (calls) => Math.min(10 * 2 ** calls, 200),
  leaseMs: 900,
});
