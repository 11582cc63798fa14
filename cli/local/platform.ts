import { readConfig } from '#lib/config.js';
import { prepareDataDirectory } from './data-directory.js';
import { lockDataDirectory } from './lock.js';
import { createParts } from './parts.js';
import type { Platform, PlatformOptions } from './platform-options.js';
import { openPlatformLog } from './platform-log.js';
import { checkRedisVersion } from './redis-version.js';
import { startParts } from './start-parts.js';

export type { Platform, PlatformEvent, PlatformOptions } from './platform-options.js';

const DEADLINE_MS = 10_000;

/**
 * Starts the local platform and resolves when it is ready. Throws platform-running, port-taken, program-missing,
 * config-invalid, redis-unavailable; then nothing is left running.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { now, env, onEvent = () => undefined, redisProgram = 'redis-server' } = options;
  const config = readConfig(env);
  await checkRedisVersion(redisProgram);
  const directory = await prepareDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(directory);
  const log = await openPlatformLog(directory.platformLog, config.RAIBID_LOG_LEVEL, (problem) => {
    onEvent({ kind: 'log-failing', problem });
  });
  const parts = createParts({ log, now });
  parts.add({ stop: lock.release, stopNow: () => undefined });
  try {
    const { url, slots, countAgents } = await startParts(parts, { ...options, directory, log, onEvent, redisProgram });
    log.info({ url, slots }, 'platform is ready');
    return {
      url,
      directory,
      slots,
      log,
      async stop({ deadlineMs = DEADLINE_MS } = {}) {
        onEvent({ kind: 'stopping', agents: countAgents(), deadlineMs });
        await parts.stop(deadlineMs);
        log.info('platform has stopped');
      },
      stopNow: parts.stopNow,
    };
  } catch (err) {
    log.error({ err }, 'platform can not start');
    await parts.stop(0);
    throw err;
  }
}
