import { listDeadLetters } from '#lib/redis/dead-letters.js';
import { keys, ownInbox } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { pino } from 'pino';
import { type Connector, type ConnectorOptions, startConnector } from '../../functions/_connector/connector.js';
import { type EventSink, SINK_SECRET, startEventSink } from '../support/event-sink.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

/** The function whose inbox the tests use. */
export const FN = 'enqueue';

type Changes = Partial<ConnectorOptions> & Partial<ConnectorOptions['functions'][number]>;

/** A Redis for the file; a room, a sink in the place of the function, and connectors for each test. */
export function setUpConnector() {
  let redis: TestRedis | null = null;
  let room: Room | null = null;
  let sink: EventSink | null = null;
  let running: Connector[] = [];

  before(async () => {
    redis = await startRedis();
  });
  after(() => redis?.stop());
  beforeEach(async () => {
    room = openRoom(present(redis).url);
    await room.redis.flushall();
    sink = await startEventSink();
  });
  afterEach(async () => {
    await Promise.all(running.map((connector) => connector.stop(0)));
    running = [];
    await sink?.close();
    if (room) closeRoom(room);
  });

  const t = {
    get redis() {
      return present(redis);
    },
    get room() {
      return present(room);
    },
    get sink() {
      return present(sink);
    },
    start(changes: Changes = {}): Connector {
      const { url = t.sink.url, timeoutMs = 5000, concurrency = 8, schedules = [], ...rest } = changes;
      const called = { name: FN, own: true, url, timeoutMs, concurrency };
      const streams = [{ topic: `redis:${keys.inbox(FN)}`, inbox: ownInbox(FN), from: 'first' as const }];
      const connector = startConnector({
        room: t.room,
        functions: [{ ...called, schedules, streams }],
        readSecret: async () => SINK_SECRET,
        consumer: 'local',
        log: pino({ level: 'silent' }),
        now: Date.now,
        random: Math.random,
        backoff: () => 5,
        ...rest,
      });
      running.push(connector);
      return connector;
    },
    /** Puts events into the inbox; `data.n` numbers them within their key. */
    async post(key: string, count = 1, type = 'mirror.updated', data: object = {}): Promise<string[]> {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const event = JSON.stringify({ specversion: '1.0', id: '', type, data: { key, n, ...data } });
        const fields = ['type', type, 'partitionkey', key, 'event', event];
        ids.push((await t.room.redis.xadd(keys.inbox(FN), '*', ...fields)) ?? '');
      }
      return ids;
    },
    left: () => t.room.redis.xlen(keys.inbox(FN)),
    emptied: () => waitUntil(async () => (await t.left()) === 0, { what: 'inbox is empty' }),
    called: (count: number) => waitUntil(() => t.sink.calls.length >= count, { what: `${count} calls` }),
    ids: () => t.sink.calls.map(({ event }) => event.id),
    dead: async () => (await listDeadLetters(t.room, FN, { limit: 100 })).entries,
  };
  return t;
}

function present<T>(part: T | null): T {
  if (part === null) throw new Error('used outside of a test');
  return part;
}

/** A promise and what resolves it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
