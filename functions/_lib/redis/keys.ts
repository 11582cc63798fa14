import { FunctionName } from '../core/names.js';

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

/** Where one function's reading of one stream is kept: typed callers hand it to the scripts whole. */
export interface Inbox {
  readonly stream: string;
  readonly group: string;
  /** Hash by entry: how it fared so far. */
  readonly tries: string;
  /** Stream of what was given up. */
  readonly dead: string;
  /** Which connector reads. */
  readonly lock: string;
  /** Which other one would, and holds fewer inboxes. */
  readonly wish: string;
  /** Whether an entry that is done with is deleted; `alone`: while no other group reads the stream. */
  readonly deletes: 'always' | 'alone' | 'never';
}

/** The inbox of one of our functions. */
export function ownInbox(fn: FunctionName): Inbox {
  const lock = keys.lock(`inbox:${fn}`);
  const kept = { tries: keys.tries(fn), dead: keys.dead(fn), lock, wish: `${lock}:wish` };
  return { stream: keys.inbox(fn), group: 'connector', deletes: 'always', ...kept };
}

/** What a function reads of somebody else's stream. Its dead letters lie beside it, where people look; the rest is ours. */
export function streamInbox(stream: string, fn: string, deletes: 'alone' | 'never' = 'never'): Inbox {
  const lock = keys.lock(`inbox:${fn}:${stream}`);
  const kept = { tries: `${PREFIX}tries:${fn}:${stream}`, dead: `${stream}:dead:${fn}`, lock, wish: `${lock}:wish` };
  return { stream, group: `connector:${fn}`, deletes, ...kept };
}

/** What a stream is to the connector: the inbox of one of our functions, a key that is ours alone, or somebody else's. */
export function classifyStream(stream: string): { kind: 'inbox'; fn: FunctionName } | { kind: 'ours' | 'theirs' } {
  const fn = FunctionName.options.find((name) => keys.inbox(name) === stream);
  if (fn !== undefined) return { kind: 'inbox', fn };
  // Changes of jobs are there for everyone to see.
  return { kind: stream.startsWith(PREFIX) && stream !== keys.events ? 'ours' : 'theirs' };
}
