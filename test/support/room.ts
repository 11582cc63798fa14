import { INCLUDES } from '#lib/redis/commands.generated.js';
import { keys } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { startRedis, type TestRedis } from './redis-server.js';

/** Where the clock of a test room starts, in Unix milliseconds. */
export const TEST_START = 1_700_000_000_000;

const TEST_CLOCK = `local function now() return tonumber(redis.call('GET', 'test:now')) end\n`;

/** The room on a Redis of its own, whose scripts take the time from the test. */
export interface TestRoom {
  readonly server: TestRedis;
  readonly room: Room;
  /** Empties Redis and sets the clock back to TEST_START. */
  clear(): Promise<void>;
  setTime(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export async function openTestRoom(): Promise<TestRoom> {
  const server = await startRedis();
  const room = openRoom(server.url, { name: 'test', includes: { ...INCLUDES, clock: TEST_CLOCK } });
  async function setTime(ms: number): Promise<void> {
    await room.redis.set('test:now', String(ms));
  }
  return {
    server,
    room,
    setTime,
    async clear() {
      await room.redis.flushall();
      await setTime(TEST_START);
    },
    async stop() {
      closeRoom(room);
      await server.stop();
    },
  };
}

/** Whether somebody waits for entries of a stream. */
export async function hasWaitingReader(room: Room): Promise<boolean> {
  return String(await room.redis.client('LIST')).includes('cmd=xreadgroup');
}

/** Lets live logs seem to take most of what they may. */
export async function makeLogRoomShort(room: Room): Promise<void> {
  await room.redis.hset(keys.counts, 'logBytes', 300 * 2 ** 20);
}
