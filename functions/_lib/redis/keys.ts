import type { FunctionName } from '../core/names.js';

const PREFIX = 'raibid:';

/** Every key that callers name; `made:` and `line:` are the scripts' own. The scripts build the same names; a test compares them. */
export const keys = {
  prefix: PREFIX,
  job: (id: string) => `${PREFIX}job:${id}`,
  jobsLive: `${PREFIX}jobs:live`,
  jobsAll: `${PREFIX}jobs:all`,
  jobsOfRepo: (repo: string) => `${PREFIX}jobs:repo:${repo}`,
  counts: `${PREFIX}counts`,
  queued: (type: string) => `${PREFIX}queued:${type}`,
  held: (lane: string) => `${PREFIX}held:${lane}`,
  lanes: (limit: string) => `${PREFIX}lanes:${limit}`,
  delayed: `${PREFIX}delayed`,
  leases: `${PREFIX}leases`,
  ready: (type: string) => `${PREFIX}ready:${type}`,
  inbox: (fn: FunctionName) => `${PREFIX}inbox:${fn}`,
  dead: (fn: FunctionName) => `${PREFIX}dead:${fn}`,
  tries: (fn: FunctionName) => `${PREFIX}tries:${fn}`,
  log: (job: string, attempt: number) => `${PREFIX}log:${job}:${attempt}`,
  logsEnded: `${PREFIX}logs:ended`,
  events: `${PREFIX}events`,
  heads: (repo: string) => `${PREFIX}heads:${repo}`,
  delivery: (id: string) => `${PREFIX}delivery:${id}`,
  idempotency: (key: string) => `${PREFIX}idem:${key}`,
  trail: (sha: string) => `${PREFIX}trail:${sha}`,
  agent: (id: string) => `${PREFIX}agent:${id}`,
  agents: `${PREFIX}agents`,
  mirror: (repo: string) => `${PREFIX}mirror:${repo}`,
  mirrors: `${PREFIX}mirrors`,
  lock: (name: string) => `${PREFIX}lock:${name}`,
  control: `${PREFIX}control`,
  tokens: `${PREFIX}tokens`,
  schema: `${PREFIX}schema`,
} as const;

/** Pub/sub channel on which a running agent hears of cancellation. */
export function agentChannel(agent: string): string {
  return `${PREFIX}agent:${agent}:orders`;
}

/** The consumer group of every ready stream. */
export const AGENTS_GROUP = 'agents';
/** The consumer group of every inbox. */
export const CONNECTOR_GROUP = 'connector';
