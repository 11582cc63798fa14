import type { z } from 'zod';
import type { FunctionName } from '#lib/core/names.js';
import type { Platform } from './client/find-platform.js';
import { type FollowLogOptions, followLog, type LogPlace } from './client/follow-log.js';
import { type FollowOptions, followStatus } from './client/follow-status.js';
import { type Request, sendJson, sendRequest } from './client/send-request.js';
import * as schema from './schema.js';

export interface JobQuery {
  readonly state?: string | undefined;
  readonly repo?: string | undefined;
  readonly branch?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface RunRequest {
  readonly repo: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly agentType?: string;
  readonly priority?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface MirrorSettings {
  readonly upstream: string;
  readonly tags?: readonly string[];
  readonly limit?: number;
  readonly build?: boolean;
}

export interface ControlChange {
  readonly pause?: true;
  readonly drain?: true;
  readonly resume?: true;
  readonly capacity?: Readonly<Record<string, number>>;
}

export type Client = ReturnType<typeof createClient>;

/**
 * The platform by HTTP, and by nothing else. Every call may throw RaibidError: the platform's own problem,
 * platform-unreachable, unauthorized, or internal for an answer that breaks the contract.
 * `locate` is asked before each call, so that a platform that came back elsewhere is found.
 */
export function createClient(locate: () => Promise<Platform>) {
  const json = async <S extends z.ZodType>(answer: S, request: Request) => sendJson(await locate(), answer, request);
  const send = async (request: Request) => void (await (await sendRequest(await locate(), request)).arrayBuffer());
  const dead = (name: FunctionName, id: string) => `dispatch/dead/${name}/${encodeURIComponent(id)}`;
  const showJob = (id: string) => json(schema.JobView, { path: `status/jobs/${id}` });
  return {
    locate,
    listJobs: (query: JobQuery = {}) => json(schema.JobPage, { path: 'status/jobs', query: { ...query } }),
    showJob,
    summary: () => json(schema.SummaryView, { path: 'status/summary' }),
    listAgents: async () => (await json(schema.AgentPage, { path: 'status/agents' })).agents,
    listMirrors: async () => (await json(schema.MirrorPage, { path: 'status/mirrors' })).mirrors,
    why: (sha: string) => json(schema.CommitView, { path: `status/why/${sha}` }),
    cancelJob: (id: string) => json(schema.CancelAnswer, { method: 'POST', path: `dispatch/jobs/${id}/cancel` }),
    retryJob: (id: string) => json(schema.Created, { method: 'POST', path: `dispatch/jobs/${id}/retry` }),
    runJob: (body: RunRequest, key: string) =>
      json(schema.CreatedPage, { method: 'POST', path: 'enqueue/', body, headers: { 'Idempotency-Key': key } }),
    saveMirror: (repo: string, body: MirrorSettings) =>
      json(schema.MirrorView, { method: 'PUT', path: `mirror-sync/mirrors/${repo}`, body }),
    syncMirror: (repo: string) => json(schema.SyncAnswer, { method: 'POST', path: `mirror-sync/mirrors/${repo}/sync` }),
    removeMirror: (repo: string) => send({ method: 'DELETE', path: `mirror-sync/mirrors/${repo}` }),
    changeControl: (body: ControlChange) =>
      json(schema.ControlView, { method: 'POST', path: 'dispatch/control', body }),
    listDead: async (name: FunctionName) => (await json(schema.DeadPage, { path: `dispatch/dead/${name}` })).entries,
    showDead: (name: FunctionName, id: string) => json(schema.DeadView, { path: dead(name, id) }),
    retryDead: (name: FunctionName, id: string) => send({ method: 'POST', path: `${dead(name, id)}/retry` }),
    dropDead: (name: FunctionName, id: string) => send({ method: 'DELETE', path: dead(name, id) }),
    listTokens: async () => (await json(schema.TokenPage, { path: 'dispatch/tokens' })).tokens,
    createToken: (body: { name: string; scope: string }) =>
      json(schema.NewToken, { method: 'POST', path: 'dispatch/tokens', body }),
    removeToken: (name: string) => send({ method: 'DELETE', path: `dispatch/tokens/${encodeURIComponent(name)}` }),
    /** The whole log that there is now. */
    readLog: async ({ job, attempt, step }: { job: string; attempt?: number; step?: number }) => {
      const headers = { Accept: 'text/plain' };
      return sendRequest(await locate(), { path: `status/jobs/${job}/logs`, query: { attempt, step }, headers });
    },
    followLog: (place: LogPlace, options: Omit<FollowLogOptions, 'readJob'>) =>
      followLog(locate, place, { ...options, readJob: showJob }),
    followStatus: (options: FollowOptions) => followStatus(locate, options),
  };
}
