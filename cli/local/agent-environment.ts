import type { DataDirectory } from './data-directory.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface AgentSettings {
  readonly id: string;
  readonly type: string;
  /** Kept waiting when there is nothing to do; others are there for a burst. */
  readonly warm: boolean;
  readonly buildJobs: number;
}

const IDLE_EXIT = { warm: '30m', other: '45s' };
/** After a job a warm agent keeps waiting, since the next push is what it is there for. */
const LINGER = { warm: '30m', other: '3s' };
const MAX_JOBS = '100';

/** The environment of an agent: the user's own, for its tools, and our settings. */
export function buildAgentEnv(
  { id, type, warm, buildJobs }: AgentSettings,
  { directory, redisUrl, homeId, env }: { directory: DataDirectory; redisUrl: string; homeId: string; env: Env },
): Env {
  return {
    ...dropSettings(env),
    // glibc keeps a heap for each thread, and a waiting agent shall be small.
    MALLOC_ARENA_MAX: '2',
    RAIBID_HOME_ID: homeId,
    RAIBID_REDIS_URL: redisUrl,
    RAIBID_AGENT_ID: id,
    RAIBID_AGENT_TYPE: type,
    RAIBID_MIRRORS_DIR: directory.mirrors,
    RAIBID_WORK_DIR: directory.work,
    RAIBID_CARGO_HOME: directory.cargo,
    RAIBID_IDLE_EXIT: warm ? IDLE_EXIT.warm : IDLE_EXIT.other,
    RAIBID_LINGER: warm ? LINGER.warm : LINGER.other,
    RAIBID_MAX_JOBS: MAX_JOBS,
    RAIBID_BUILD_JOBS: String(buildJobs),
  };
}

/** Environment without what raibid itself reads: a token of the user's is not for agents. RAIBID_LOG_LEVEL stays. */
export function dropSettings(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('RAIBID_') || name === 'RAIBID_LOG_LEVEL'),
  );
}
