import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { streamInbox } from '#lib/redis/keys.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { addToStream, isThere, listIds, readGroup } from '../support/streams.js';
import { findFreePort } from '../support/free-port.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { type Program, runProgram } from '../support/soak/run-program.js';
import { waitUntil } from '../support/wait-until.js';

/** More by hand: RAIBID_SOAK_ENTRIES=10000. */
const ENTRIES = Number(process.env['RAIBID_SOAK_ENTRIES'] ?? 2000);
const FUNCTIONS = ['f0', 'f1', 'f2', 'f3'];
const KEYS = 25;
/** Every so many entries one that no call can help, at once or after eight tries. */
const POISON_EVERY = 200;

interface Line {
  readonly what: string;
  readonly fn: string;
  readonly id: string;
  readonly key: string;
  readonly n: number;
}

describe(`connector: ${ENTRIES} entries for functions that fail one call of ten`, function () {
  this.timeout(60_000 + 40 * ENTRIES);
  let redis: TestRedis;
  let room: Room;
  let directory: string;
  let calls: string;
  let programs: Program[];

  beforeEach(async () => {
    redis = await startRedis();
    room = openRoom(redis.url);
    directory = await mkdtemp(join(tmpdir(), 'raibid-soak-'));
    calls = join(directory, 'calls');
    programs = [];
  });
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    closeRoom(room);
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const run = (...args: Parameters<typeof runProgram>) => {
    const program = runProgram(...args);
    programs.push(program);
    return program;
  };
  const readLines = async (): Promise<Line[]> => {
    const text = await readFile(calls, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [what = '', path = '', id = '', key = '', n = ''] = line.split(' ');
      return n === '' ? [] : [{ what, fn: path.slice(1), id, key, n: Number(n) }];
    });
  };
  const isAt = (share: number) =>
    waitUntil(async () => (await readLines()).filter(({ what }) => what === 'ok').length >= share * ENTRIES, {
      what: `${share * 100} % have succeeded`,
      everyMs: 50,
      deadlineMs: 60_000 + 20 * ENTRIES,
    });
  const isDone = (fn: string) =>
    waitUntil(
      async () => {
        const group = await readGroup(room, streamInbox(fn, fn));
        return group?.pending === 0 && group.lag === 0;
      },
      { what: `${fn} is done`, everyMs: 50, deadlineMs: 60_000 + 20 * ENTRIES },
    );

  it('loses none across kills of connectors, function and Redis, and keeps the order of each key', async () => {
    const poisoned = new Set<string>();
    const posted = new Map<string, string>();
    for (let i = 0; i < ENTRIES; i += 1) {
      const fn = FUNCTIONS[i % FUNCTIONS.length] ?? '';
      const key = `k${Math.floor(i / FUNCTIONS.length) % KEYS}`;
      const poison = i % POISON_EVERY === 7 ? 422 : i % POISON_EVERY === 107 ? 500 : 0;
      const id = await addToStream(room, fn, { partitionkey: key, body: JSON.stringify({ key, n: i, poison }) });
      posted.set(`${fn} ${id}`, key);
      if (poison > 0) poisoned.add(`${fn} ${id}`);
    }
    const port = await findFreePort();
    const startedAt = performance.now();
    const flaky = run('flaky-function.ts', { port, file: calls });
    const common = { redis: redis.url, url: `http://127.0.0.1:${port}`, functions: FUNCTIONS };
    const one = run('connector-process.ts', { ...common, consumer: 'one' });
    const two = run('connector-process.ts', { ...common, consumer: 'two' });
    const restart = async (program: { kill(): Promise<void>; start(): void | Promise<void> }) => {
      await program.kill();
      await program.start();
    };

    for (const [share, victims] of [
      [0.1, [one]],
      [0.25, [flaky]],
      [0.4, [redis]],
      [0.55, [two]],
      [0.7, [one, two]],
      [0.85, [flaky, redis]],
    ] as const) {
      await isAt(share);
      await Promise.all(victims.map(restart));
    }
    await Promise.all(FUNCTIONS.map(isDone));
    const seconds = (performance.now() - startedAt) / 1000;

    const lines = await readLines();
    const succeeded = new Set(lines.flatMap(({ what, fn, id }) => (what === 'ok' ? [`${fn} ${id}`] : [])));
    const dead = (
      await Promise.all(
        FUNCTIONS.map(async (fn) => (await listIds(room, streamInbox(fn, fn).dead)).map((id) => `${fn} ${id}`)),
      )
    ).flat();
    expect(dead.sort(), 'dead letters, each once').to.deep.equal([...poisoned].sort());
    const healthy = [...posted.keys()].filter((entry) => !poisoned.has(entry));
    expect([...succeeded].sort(), 'succeeded').to.deep.equal(healthy.sort());
    for (const fn of FUNCTIONS) {
      const latest = new Map<string, number>();
      for (const { key, n, id } of lines.filter((line) => line.what === 'in' && line.fn === fn)) {
        expect(n, `${fn} ${key} ${id}`).to.be.at.least(latest.get(key) ?? 0);
        latest.set(key, n);
      }
      expect(await isThere(room, streamInbox(fn, fn).tries), 'remembered tries').to.equal(false);
    }
    const made = lines.filter(({ what }) => what === 'in').length;
    const again = lines.length - made - succeeded.size;
    console.log(
      `     ${ENTRIES} entries, ${made} calls, ${dead.length} dead letters, ${again} succeeded twice, ${seconds.toFixed(1)} s`,
    );
  });
});
