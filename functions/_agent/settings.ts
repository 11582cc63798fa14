import { hostname } from 'node:os';
import { ulid } from 'ulid';
import { z } from 'zod';
import { Config, readSettings } from '#lib/config.js';
import { Duration } from '#lib/core/duration.js';
import { AgentType } from '#lib/core/names.js';

const Environment = z.object({
  RAIBID_REDIS_URL: z.string().min(1),
  RAIBID_AGENT_TYPE: AgentType,
  RAIBID_AGENT_ID: z.string().min(1).optional(),
  RAIBID_MIRRORS_DIR: z.string().default(''),
  RAIBID_SECRETS_DIR: Config.shape.RAIBID_SECRETS_DIR,
  RAIBID_WORK_DIR: z.string().min(1),
  RAIBID_CARGO_HOME: z.string().min(1),
  RAIBID_HOME_ID: z.string().default(''),
  RAIBID_IDLE_EXIT: Duration.default(45_000),
  RAIBID_LINGER: Duration.default(3_000),
  RAIBID_MAX_JOBS: z.coerce.number().int().min(1).default(1),
  RAIBID_BUILD_JOBS: z.coerce.number().int().min(1).default(1),
  RAIBID_LOG_LEVEL: Config.shape.RAIBID_LOG_LEVEL,
});

export interface AgentSettings {
  readonly id: string;
  readonly type: string;
  readonly host: string;
  readonly redisUrl: string;
  /** Mirrors on a disk shared with mirror-sync; '' where the agent fetches from upstream. */
  readonly mirrorsDirectory: string;
  /** May hold `redis-password`. */
  readonly secretsDirectory: string;
  readonly workDirectory: string;
  readonly cargoHome: string;
  readonly homeId: string;
  /** Milliseconds without a first job after which the agent leaves. */
  readonly idleExitMs: number;
  /** Milliseconds that it waits for another job after one. */
  readonly lingerMs: number;
  readonly maxJobs: number;
  /** Parallel compiler processes. */
  readonly buildJobs: number;
  readonly logLevel: Config['RAIBID_LOG_LEVEL'];
  /** The environment that plug-ins pick from. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads what the scaler set. Throws config-invalid naming the variable. */
export function readAgentSettings(
  env: Readonly<Record<string, string | undefined>>,
  { now, random }: { now: () => number; random: () => number },
): AgentSettings {
  const data = readSettings(Environment, env);
  return {
    id: data.RAIBID_AGENT_ID ?? ulid(now(), random),
    type: data.RAIBID_AGENT_TYPE,
    host: hostname(),
    redisUrl: data.RAIBID_REDIS_URL,
    mirrorsDirectory: data.RAIBID_MIRRORS_DIR,
    secretsDirectory: data.RAIBID_SECRETS_DIR,
    workDirectory: data.RAIBID_WORK_DIR,
    cargoHome: data.RAIBID_CARGO_HOME,
    homeId: data.RAIBID_HOME_ID,
    idleExitMs: data.RAIBID_IDLE_EXIT,
    lingerMs: data.RAIBID_LINGER,
    maxJobs: data.RAIBID_MAX_JOBS,
    buildJobs: data.RAIBID_BUILD_JOBS,
    logLevel: data.RAIBID_LOG_LEVEL,
    env,
  };
}
