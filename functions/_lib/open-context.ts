import { randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import { openArchive } from './archive/archive.js';
import { type Config, readConfig } from './config.js';
import type { FunctionName } from './core/names.js';
import type { FunctionContext, Runtime } from './function-context.js';
import { openCachedMirrors } from './mirrors/cached/open-cached-mirrors.js';
import { openDiskMirrors } from './mirrors/disk/open-disk-mirrors.js';
import type { Mirrors } from './mirrors/mirrors.js';
import { getUpstream } from './redis/mirrors.js';
import { isRedisAway } from './redis/redis-away.js';
import { openRoom, type Room } from './redis/room.js';
import { checkSchema } from './redis/schema.js';
import { openSecrets, readRedisPassword, REQUIRED_SECRETS, requireSecrets } from './secrets.js';

/**
 * What a function that runs on its own is made of, by its environment and the files of its secrets. Throws config-invalid,
 * secret-missing. An absent Redis is no reason not to start: calls wait for it.
 */
export async function openFunctionContext(name: FunctionName, { env }: Runtime): Promise<FunctionContext> {
  const now = () => Date.now();
  const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
  const config = readConfig(env);
  const log = pino({ level: config.RAIBID_LOG_LEVEL });
  const secrets = openSecrets(config.RAIBID_SECRETS_DIR, { now });
  await requireSecrets(secrets, REQUIRED_SECRETS[name]);
  const room = openRoom(config.RAIBID_REDIS_URL, { name, password: await readRedisPassword(secrets) });
  void watchSchema(room, log);
  const mirrors = openMirrors(config, room, now);
  const archive = config.RAIBID_ARCHIVE_DIR === '' ? null : openArchive(config.RAIBID_ARCHIVE_DIR);
  return { room, mirrors, archive, secrets, log, build: config.RAIBID_BUILD, now, random };
}

function openMirrors(config: Config, room: Room, now: () => number): Mirrors {
  const disk = openDiskMirrors({ directory: config.RAIBID_MIRRORS_DIR, local: config.RAIBID_LOCAL, now });
  if (config.RAIBID_SHARED_MIRRORS) return disk;
  return openCachedMirrors({ disk, getUpstream: (repo) => getUpstream(room, repo) });
}

/** Data of a newer raibid must not be touched: the rejection, which nobody handles, ends the process. */
async function watchSchema(room: Room, log: Logger): Promise<void> {
  await checkSchema(room).catch((error: unknown) => {
    if (!isRedisAway(error)) throw error;
    log.warn({ err: error }, 'Redis does not answer yet');
  });
}
