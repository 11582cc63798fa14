import { realpath } from 'node:fs/promises';
import { RaibidError } from '#lib/errors.js';
import { serve } from '#lib/http/server-life.js';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { checkSchema } from '#lib/redis/schema.js';
import { dropSettings } from './agent-environment.js';
import { composeContext, connectFunctions, createFunctions } from './functions.js';
import { createGateway } from './gateway.js';
import { checkRoom, waitForRoom } from './health.js';
import type { Parts } from './parts.js';
import type { StartOptions } from './platform-options.js';
import { linkCargoConfig } from './cargo-config.js';
import { removePlatformFile, writePlatformFile } from './platform-file.js';
import { breakDeadSyncs, endLeftovers, forgetDeadAgents, killOwn, type Marks } from './recover.js';
import { superviseRedis } from './redis.js';
import { placeRedis } from './redis-config.js';
import { makeSecrets, readHomeId } from './secrets.js';
import { settleSlots, startLocalScaler } from './start-scaler.js';

const HOST = '127.0.0.1';
const HTTP_GRACE_MS = 1000;

/** Starts everything in order, and adds each to `parts` as soon as it must be stopped. */
export async function startParts(
  parts: Parts,
  options: StartOptions,
): Promise<{ url: string; slots: number; countAgents: () => number }> {
  const { directory, log, now, random, env, port, onEvent } = options;
  await makeSecrets(directory.secrets);
  await linkCargoConfig(directory.cargo, env);
  const homeId = await readHomeId(directory.root);
  const places = await placeRedis(directory.redis, { homeId, env });
  const marks = { homeId, work: await realpath(directory.work) };
  await endLeftovers({ ...marks, socket: places.socket }, log);
  addStrays(parts, marks);

  const redisEnv = { ...dropSettings(env), RAIBID_HOME_ID: homeId };
  const onEnded = (waitMs: number) => onEvent({ kind: 'redis-ended', waitMs });
  const redis = await superviseRedis({ places, program: options.redisProgram, env: redisEnv, log, now, onEnded });
  parts.add(redis);
  const room = openRoom(places.socket, { name: 'raibid-platform' });
  const close = () => closeRoom(room);
  parts.add({ stop: close, stopNow: close });

  let isReady = false;
  const context = composeContext(directory, { room, log, now, random });
  const functions = createFunctions(context);
  async function checkHealth(): Promise<void> {
    if (!isReady) throw new RaibidError('redis-unavailable', 'The platform is starting or stopping.');
    await checkRoom(room);
  }
  const server = await serve(createGateway({ functions, checkHealth, now, random }), { port, host: HOST });
  parts.add({ stop: () => server.close(HTTP_GRACE_MS), stopNow: () => void server.close(0) });
  const url = `http://${HOST}:${server.port}`;

  await waitForRoom(room, redis.failed);
  await checkSchema(room);
  await forgetDeadAgents(room, log);
  await breakDeadSyncs(room);
  const slots = await settleSlots(room, options.maxAgents);
  const scaler = await startLocalScaler({ ...options, room, slots, homeId, redisUrl: places.socket });
  const connector = connectFunctions(context, url);
  parts.add({
    async stop(ms) {
      await Promise.all([connector.stop(ms), scaler.stop(ms)]);
    },
    stopNow() {
      void connector.stop(0);
      scaler.stopNow();
    },
  });
  await writePlatformFile(directory.platformFile, { pid: process.pid, url, startedAt: new Date(now()).toISOString() });
  parts.add({
    stop: () => removePlatformFile(directory.platformFile),
    stopNow: () => void removePlatformFile(directory.platformFile),
  });
  isReady = true;
  parts.add({ stop: () => void (isReady = false), stopNow: () => undefined });
  return { url, slots, countAgents: scaler.countAgents };
}

/** Whatever the functions start in this process, such as git, carries the mark too, and is ended last of all. */
function addStrays(parts: Parts, marks: Marks): void {
  process.env['RAIBID_HOME_ID'] = marks.homeId;
  const killAll = () => {
    killOwn(marks);
    delete process.env['RAIBID_HOME_ID'];
  };
  parts.add({ stop: killAll, stopNow: killAll });
}
