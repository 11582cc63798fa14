import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shutDownLeftoverRedis } from '../../../cli/local/leftover-redis.js';
import { type RedisOptions, superviseRedis, type SupervisedRedis } from '../../../cli/local/redis.js';
import { placeRedis, type RedisPlaces, writeRedisConfig } from '../../../cli/local/redis-config.js';
import { checkRedisVersion } from '../../../cli/local/redis-version.js';
import { waitForRoom } from '../../../cli/local/health.js';
import { closeRoom, openRoom, type Room } from '#lib/redis/room.js';
import { findMirror, saveMirror } from '#lib/redis/mirrors.js';
import { caught } from '../../support/caught.js';
import { waitUntil } from '../../support/wait-until.js';
import { isAlive } from '../../support/platform-processes.js';
import { makeScratch, SILENT } from './scratch.js';

const MIRROR = { repo: 'o/r', upstream: '/x', tags: [], limit: 0 };
const env = { PATH: process.env['PATH'] };

describe('local/redis', () => {
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  let places: RedisPlaces;
  let redis: SupervisedRedis | null;
  let room: Room | null;

  beforeEach(async () => {
    scratch = await makeScratch();
    places = await placeRedis(scratch.path, { homeId: 'test', env: {} });
    redis = room = null;
  });
  afterEach(async () => {
    if (room) closeRoom(room);
    await redis?.stop();
    await scratch.remove();
  });

  async function start(options: Partial<RedisOptions> = {}): Promise<{ redis: SupervisedRedis; room: Room }> {
    redis = await superviseRedis({ places, program: 'redis-server', env, log: SILENT, now: Date.now, ...options });
    room = openRoom(places.socket);
    await waitForRoom(room, redis.failed);
    return { redis, room };
  }

  it('starts a killed server again, with its data', async () => {
    const ended: number[] = [];
    const { redis: server, room: open } = await start({ onEnded: (waitMs) => ended.push(waitMs) });
    await saveMirror(open, MIRROR);
    const first = server.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await waitUntil(() => server.pid() !== null && server.pid() !== first);
    expect(await findMirror(open, 'o/r')).to.include({ repo: 'o/r', upstream: '/x' });
    expect(ended).to.deep.equal([0]);
  });

  it('leaves no server when it stops', async () => {
    const { redis: server, room: open } = await start();
    const pid = server.pid() ?? 0;
    closeRoom(open);
    await server.stop();
    expect(isAlive(pid)).to.equal(false);
    expect(await readFile(places.log, 'utf8')).to.contain('ready to exit');
  });

  it('shuts a server down that was left on the socket', async () => {
    await writeRedisConfig(places);
    const left = spawn('redis-server', [places.config], { stdio: 'ignore' });
    const gone = once(left, 'exit');
    room = openRoom(places.socket);
    await waitForRoom(room, new Promise<never>(() => undefined));
    expect(await shutDownLeftoverRedis(places.socket)).to.equal(true);
    expect(await gone).to.deep.equal([0, null]);
    expect(await shutDownLeftoverRedis(places.socket)).to.equal(false);
  });

  it('says why a server does not start', async () => {
    const program = join(scratch.path, 'server.sh');
    await writeFile(
      program,
      '#!/bin/sh\necho "1:M 01 Jan # Bad file format reading the append only file" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    redis = await superviseRedis({ places, program, env, log: SILENT, now: Date.now });
    const error = await caught(redis.failed);
    expect(error.code).to.equal('redis-unavailable');
    expect(error.message).to.contain('Bad file format');
    expect(error.hint).to.contain(places.log);
  });

  it('finds a short path for the socket of a deep directory', async () => {
    const deep = join(scratch.path, 'd'.repeat(100), 'a "quoted" name');
    await mkdir(deep, { recursive: true });
    places = await placeRedis(deep, { homeId: 'test', env: { XDG_RUNTIME_DIR: scratch.path } });
    expect(dirname(places.socket)).to.equal(join(scratch.path, 'raibid-test'));
    const { room: open } = await start();
    await saveMirror(open, MIRROR);
    expect(await readFile(join(deep, 'redis.conf'), 'utf8')).to.contain('appendfsync always');
  });

  it('wants redis-server 7 or newer', async () => {
    await checkRedisVersion('redis-server');
    expect((await caught(checkRedisVersion(join(scratch.path, 'none')))).code).to.equal('program-missing');
    const old = join(scratch.path, 'old.sh');
    await writeFile(old, '#!/bin/sh\necho "Redis server v=6.0.16 sha=0"\n', { mode: 0o755 });
    expect((await caught(checkRedisVersion(old))).message).to.contain('6.0.16');
  });
});
