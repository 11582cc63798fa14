import { z } from 'zod';
import { JOB_STATES, type JobState, isTerminal } from '#lib/core/job-state.js';
import { makeDelivery, makePushPayload, type Delivery, type PushFacts } from './push.js';
import { waitUntil } from './wait-until.js';

const JobView = z.looseObject({
  id: z.string(),
  repo: z.string(),
  ref: z.string(),
  branch: z.string().nullable(),
  sha: z.string(),
  state: z.enum(JOB_STATES),
  attempt: z.number(),
  reason: z.string().nullable(),
  cause: z.string().nullable(),
  trigger: z.string(),
  exitCode: z.number().nullable(),
  agent: z.string().nullable(),
  retryOf: z.string().nullable(),
  supersededBy: z.string().nullable(),
  startedAt: z.string().nullable(),
});
export type JobView = z.infer<typeof JobView>;
const JobPage = z.object({ jobs: z.array(JobView), nextCursor: z.string().optional() });
const AgentPage = z.object({
  agents: z.array(
    z.object({ id: z.string(), pid: z.number(), state: z.string(), job: z.string().nullable(), seenAt: z.string() }),
  ),
});
export type AgentView = z.infer<typeof AgentPage>['agents'][number];
const Trail = z.object({
  trail: z.array(z.object({ at: z.string(), code: z.string(), text: z.string() })),
  jobs: z.array(JobView),
});

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; anything goes in a test's look at it. */
  readonly json: Record<string, unknown>;
}

export interface CallOptions {
  readonly method?: string;
  /** Sent as JSON; a string or buffer as it is. */
  readonly body?: unknown;
  /** null sends none; default: the admin token. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface PlatformApi {
  /** Calls `/function/<path>`. */
  call(path: string, options?: CallOptions): Promise<Answer>;
  /** The answer as soon as its headers are here, for streams. */
  open(path: string, options?: CallOptions): Promise<Response>;
  deliver(delivery: Delivery): Promise<Answer>;
  /** Posts a signed push. */
  push(facts: PushFacts): Promise<Answer>;
  addMirror(repo: string, upstream: string, settings?: object): Promise<void>;
  /** All jobs that fit, newest first. */
  jobs(query?: string): Promise<JobView[]>;
  job(id: string): Promise<JobView>;
  /** The job of a commit once it is in one of the states; fails when it ends in another. */
  waitFor(sha: string, states: JobState | readonly JobState[], options?: { deadlineMs?: number }): Promise<JobView>;
  waitForJob(id: string, states: JobState | readonly JobState[], options?: { deadlineMs?: number }): Promise<JobView>;
  log(id: string, query?: string): Promise<string>;
  agents(): Promise<AgentView[]>;
  /** Codes of what became of a commit, oldest first. */
  trail(sha: string): Promise<string[]>;
  control(change: object): Promise<void>;
  /** Asks for a job; answers its id. */
  enqueue(request: object, headers?: Record<string, string>): Promise<string>;
}

/** Speaks to a platform as its users do: by HTTP only. */
export function createPlatformApi(url: string, secrets: { admin: string; webhook: string }): PlatformApi {
  function open(path: string, options: CallOptions = {}): Promise<Response> {
    const { method = 'GET', body, token = secrets.admin, headers = {}, signal } = options;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    return fetch(`${url}/function/${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }

  async function call(path: string, options: CallOptions = {}): Promise<Answer> {
    const { status, headers, ...rest } = await readAnswer(await open(path, options));
    return { status, headers, ...rest };
  }

  async function ask(path: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await call(path, options);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  }

  const deliver = ({ body, headers }: Delivery) => call('mirror-sync', { method: 'POST', body, headers, token: null });

  async function jobs(query = ''): Promise<JobView[]> {
    const found: JobView[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = JobPage.parse((await ask(`status/jobs?limit=200${from}${query}`)).json);
      found.push(...page.jobs);
      cursor = page.nextCursor;
    }
    return found;
  }

  const job = async (id: string) => JobView.parse((await ask(`status/jobs/${id}`)).json);

  function waitForState(
    look: () => Promise<JobView | undefined>,
    what: string,
    wanted: JobState | readonly JobState[],
    deadlineMs: number,
  ): Promise<JobView> {
    const states = typeof wanted === 'string' ? [wanted] : wanted;
    let last = 'not there';
    const isThere = async () => {
      const found = await look();
      if (!found || states.includes(found.state)) return found;
      last = `${found.state}, ${found.cause ?? 'no cause'}: ${found.reason ?? ''}`;
      if (isTerminal(found.state)) throw new Error(`${what} ended ${last}; wanted ${states.join(' or ')}`);
      return undefined;
    };
    return waitUntil(isThere, { deadlineMs, everyMs: 30, what: `${what} is ${states.join(' or ')}` }).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; it was ${last}`);
      },
    );
  }

  return {
    call,
    open,
    deliver,
    push: (facts) =>
      deliver(
        makeDelivery(makePushPayload(facts), secrets.webhook, {
          ...(facts.delivery !== undefined && { delivery: facts.delivery }),
        }),
      ),
    async addMirror(repo, upstream, settings = {}) {
      await ask(`mirror-sync/mirrors/${repo}`, { method: 'PUT', body: { upstream, ...settings } });
    },
    jobs,
    job,
    waitFor: (sha, states, { deadlineMs = 30_000 } = {}) =>
      waitForState(async () => (await jobs()).find((one) => one.sha === sha), `the job of ${sha}`, states, deadlineMs),
    waitForJob: (id, states, { deadlineMs = 30_000 } = {}) =>
      waitForState(() => job(id), `job ${id}`, states, deadlineMs),
    log: async (id, query = '') => (await ask(`status/jobs/${id}/logs${query}`)).text,
    agents: async () => AgentPage.parse((await ask('status/agents')).json).agents,
    trail: async (sha) => Trail.parse((await ask(`status/why/${sha}`)).json).trail.map(({ code }) => code),
    async control(change) {
      await ask('dispatch/control', { method: 'POST', body: change });
    },
    async enqueue(request, headers = {}) {
      const { json } = await ask('enqueue', { method: 'POST', body: request, headers });
      const [made] = z.object({ jobs: z.array(z.object({ id: z.string() })) }).parse(json).jobs;
      if (!made) throw new Error('no job was made');
      return made.id;
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const json = isJson ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {};
  return { status: response.status, headers: response.headers, text, json };
}
