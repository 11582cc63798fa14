import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import type { Logger } from 'pino';
import { RaibidError } from '#lib/errors.js';
import { createBackoff } from './backoff.js';
import { isGone, spawnBound, waitForExit } from './bound-process.js';
import { type RedisPlaces, writeRedisConfig } from './redis-config.js';

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;
/** A server that lived this long was well. */
const WELL_MS = 10_000;
/** A server that ends this often before it was of use will not start at all. */
const MAX_FAILED_STARTS = 3;
const STOP_MS = 5000;

export interface RedisOptions {
  readonly places: RedisPlaces;
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly now: () => number;
  /** It ended by itself and is started again in `waitMs`. */
  readonly onEnded?: (waitMs: number) => void;
}

export interface SupervisedRedis {
  /** Id of the process that runs now; null between two. */
  pid(): number | null;
  /** Rejects with redis-unavailable when the server does not get up; to be raced with its first answer. */
  readonly failed: Promise<never>;
  /** Nothing is lost: the server writes what it has, then ends. */
  stop(): Promise<void>;
  stopNow(): void;
}

/** Runs redis-server and starts it again whenever it ends, until told to stop. It does not outlive this process. */
export async function superviseRedis({
  places,
  program,
  env,
  log,
  now,
  onEnded,
}: RedisOptions): Promise<SupervisedRedis> {
  await writeRedisConfig(places);
  await truncate(places.log).catch(() => undefined);
  const backoff = createBackoff({ firstMs: FIRST_PAUSE_MS, maxMs: MAX_PAUSE_MS });
  let server: ChildProcess | null = null;
  let stopping = false;
  let pause: NodeJS.Timeout | undefined;
  let shortLives = 0;
  let giveUp: (error: RaibidError) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  failed.catch(() => undefined);

  async function start(): Promise<void> {
    const output = openSync(places.log, 'a', 0o600);
    try {
      const startedAt = now();
      const child = await spawnBound(program, [places.config], { env, stdio: ['ignore', output, output] });
      server = child;
      child.once('exit', (code, signal) => onExit(now() - startedAt, { code, signal }));
      if (stopping) child.kill('SIGTERM');
    } finally {
      closeSync(output);
    }
  }

  function onExit(livedMs: number, how: { code: number | null; signal: string | null }): void {
    server = null;
    if (stopping) return;
    if (livedMs >= WELL_MS) backoff.succeed();
    const waitMs = backoff.fail();
    shortLives = livedMs >= WELL_MS || how.signal !== null ? 0 : shortLives + 1;
    log.error({ ...how, livedMs, waitMs }, 'redis-server ended; it is started again');
    onEnded?.(waitMs);
    if (shortLives === MAX_FAILED_STARTS) void explainFailure(places.log).then(giveUp);
    pause = setTimeout(() => {
      start().catch((err: unknown) => {
        log.error({ err }, 'redis-server can not be started');
        onExit(0, { code: null, signal: null });
      });
    }, waitMs);
  }

  await start();
  return {
    failed,
    pid: () => server?.pid ?? null,
    async stop() {
      stopping = true;
      clearTimeout(pause);
      const child = server;
      if (child === null || isGone(child)) return;
      // Its SIGTERM is SHUTDOWN: the append-only file is flushed.
      child.kill('SIGTERM');
      if (await waitForExit(child, STOP_MS)) return;
      child.kill('SIGKILL');
      await waitForExit(child, STOP_MS);
    },
    stopNow() {
      stopping = true;
      clearTimeout(pause);
      server?.kill('SIGKILL');
    },
  };
}

async function explainFailure(log: string): Promise<RaibidError> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  const last = (lines.findLast((line) => / # /.test(line)) ?? lines.at(-1) ?? '').replace(/^.* # /, '');
  return new RaibidError('redis-unavailable', `redis-server does not start: ${last}`, { hint: `${log} has the rest.` });
}
