import { z } from 'zod';
import { JOB_STATES, type JobState, isTerminal } from '#lib/core/job-state.js';
import { waitUntil } from '../../support/wait-until.js';

const JobView = z.object({
  id: z.string(),
  sha: z.string(),
  state: z.enum(JOB_STATES),
  attempt: z.number(),
  reason: z.string().nullable(),
  agent: z.string().nullable(),
  createdAt: z.string().transform((text) => Date.parse(text)),
  startedAt: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : Date.parse(text))),
  finishedAt: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : Date.parse(text))),
});
export type JobView = z.infer<typeof JobView>;
const JobPage = z.object({ jobs: z.array(JobView), nextCursor: z.string().nullish() });
const AgentPage = z.object({ agents: z.array(z.object({ id: z.string(), pid: z.number(), state: z.string() })) });
export type AgentView = z.infer<typeof AgentPage>['agents'][number];

export interface Api {
  isHealthy(): Promise<boolean>;
  addMirror(repo: string, upstream: string): Promise<void>;
  control(change: { pause?: true; resume?: true }): Promise<void>;
  /** Every job there is. */
  listJobs(): Promise<JobView[]>;
  listAgents(): Promise<AgentView[]>;
  /** The job of a commit, once it is in one of the states; fails when it ends in another. */
  waitForJob(sha: string, states: readonly JobState[]): Promise<JobView>;
  /** Resolves when the platform has agents, none of which works. */
  waitForIdleAgent(): Promise<AgentView>;
  cancel(id: string): Promise<void>;
  readLog(id: string): Promise<string>;
  /** The log as it grows, from its start until the job ends. */
  followLog(id: string): AsyncIterable<Buffer>;
  /** Every change of a job's state, as the event stream tells it. */
  openEvents(signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
}

// Seldom, since each look costs the platform some of the processor that it is measured with.
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 300_000;

/** Speaks to a platform over HTTP, as the CLI does. */
export function createApi({ url, token }: { url: string; token: string }): Api {
  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers };
    const response = await fetch(`${url}/function/${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }
  const post = (path: string, body: object = {}) => send(path, { method: 'POST', body: JSON.stringify(body) });
  const stream = (response: Response): AsyncIterable<Buffer> => toBuffers(response);

  async function listJobs(): Promise<JobView[]> {
    const jobs: JobView[] = [];
    let cursor = '';
    do {
      const page = JobPage.parse(await (await send(`status/jobs?limit=200${cursor}`)).json());
      jobs.push(...page.jobs);
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    } while (cursor !== '');
    return jobs;
  }
  async function listAgents(): Promise<AgentView[]> {
    return AgentPage.parse(await (await send('status/agents')).json()).agents;
  }

  return {
    listJobs,
    listAgents,
    isHealthy: () => fetch(`${url}/function/status/healthz`).then(({ ok }) => ok),
    async addMirror(repo, upstream) {
      await send(`mirror-sync/mirrors/${repo}`, { method: 'PUT', body: JSON.stringify({ upstream }) });
    },
    async control(change) {
      await post('dispatch/control', change);
    },
    waitForJob(sha, states) {
      const look = async () => {
        const page = JobPage.parse(await (await send('status/jobs?limit=50')).json());
        const job = page.jobs.find((one) => one.sha === sha);
        if (!job || states.includes(job.state)) return job;
        if (isTerminal(job.state)) throw new Error(`job ${job.id} ended ${job.state}: ${job.reason ?? ''}`);
        return undefined;
      };
      return waitUntil(look, {
        what: `job of ${sha} is ${states.join(' or ')}`,
        everyMs: LOOK_EVERY_MS,
        deadlineMs: PATIENCE_MS,
      });
    },
    waitForIdleAgent() {
      const look = async () => {
        const agents = await listAgents();
        return agents.every(({ state }) => state === 'idle') ? agents[0] : undefined;
      };
      return waitUntil(look, { what: 'an agent waits', everyMs: LOOK_EVERY_MS });
    },
    async cancel(id) {
      await post(`dispatch/jobs/${id}/cancel`);
    },
    async readLog(id) {
      return (await send(`status/jobs/${id}/logs`)).text();
    },
    async *followLog(id) {
      yield* stream(await send(`status/jobs/${id}/logs?follow=1`, { headers: { Accept: 'text/plain' } }));
    },
    async openEvents(signal) {
      return stream(await send('status/events', { headers: { Accept: 'text/event-stream' }, signal }));
    },
  };
}

async function* toBuffers(response: Response): AsyncGenerator<Buffer> {
  // The compiler types chunks of a web stream as any.
  for await (const chunk of response.body ?? []) yield Buffer.from(chunk as Uint8Array);
}
