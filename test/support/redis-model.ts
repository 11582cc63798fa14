import type { Cause } from '#lib/core/job.js';
import type { JobState } from '#lib/core/job-state.js';
import { type GivenBack, judgeRequeue, LOST_BACKOFF_MS } from '#lib/core/retry-policy.js';

/** The queue as plain data and plain rules: what the scripts are held against. `waiting` is held or queued. */
export type ModelState = 'waiting' | Exclude<JobState, 'held' | 'queued'>;

export interface ModelInputs {
  readonly id: string;
  readonly repo: string;
  readonly ref: string;
  readonly type: string;
  readonly priority: number;
  readonly group: string;
  readonly groupLimit: number;
  readonly retryOnLost: boolean;
  /** '' for none. */
  readonly line: string;
  readonly seq: string;
}

export interface ModelJob extends ModelInputs {
  readonly arrival: number;
  state: ModelState;
  attempt: number;
  lost: number;
  released: number;
  token: string;
  agent: string;
  cause: Cause | '';
  cancelling: Cause | '';
  supersededBy: string;
  dueAt: number | null;
  readyAt: number;
  leaseUntil: number;
  suspect: { readonly epoch: number; readonly at: number } | null;
  /** Serial of its entry; 0 for none. */
  entry: number;
  logLast: number;
  logEnded: boolean;
}

export interface ModelEntry {
  readonly serial: number;
  readonly type: string;
  readonly job: string;
  agent: string | null;
}

export interface Model {
  now: number;
  paused: boolean;
  draining: boolean;
  tickAt: number;
  tickingSince: number;
  epoch: number;
  serial: number;
  entries: ModelEntry[];
  readonly jobs: Map<string, ModelJob>;
  readonly capacity: Map<string, number>;
  readonly repoLimit: Map<string, number>;
  readonly latest: Map<string, { seq: string; id: string }>;
  readonly agents: Map<string, { type: string; job: string; seenAt: number }>;
}

export const LEASE_MS = 30_000;

export function isActive(job: ModelJob): boolean {
  return job.state === 'ready' || job.state === 'running';
}

export function isOver(job: ModelJob): boolean {
  return !isActive(job) && job.state !== 'waiting';
}

export function listActive(model: Model, test: (job: ModelJob) => boolean): ModelJob[] {
  return [...model.jobs.values()].filter((job) => isActive(job) && test(job));
}

function mayRun(model: Model, job: ModelJob): boolean {
  const { repo, group, type } = job;
  if (job.state !== 'waiting' || job.dueAt !== null) return false;
  if (listActive(model, (other) => other.type === type).length >= (model.capacity.get(type) ?? 1)) return false;
  const inGroup = listActive(model, (other) => other.repo === repo && other.group === group).length;
  if (group !== '' && inGroup >= job.groupLimit) return false;
  const limit = model.repoLimit.get(repo) ?? 0;
  return limit === 0 || listActive(model, (other) => other.repo === repo).length < limit;
}

function isBefore(a: ModelJob, b: ModelJob): boolean {
  return a.priority === b.priority ? a.arrival < b.arrival : a.priority > b.priority;
}

/** While any job may run, the best of them becomes ready. */
export function admit(model: Model): void {
  if (model.paused || model.draining) return;
  for (;;) {
    const able = [...model.jobs.values()].filter((job) => mayRun(model, job));
    const [first, ...others] = able;
    if (!first) return;
    const best = others.reduce((a, b) => (isBefore(b, a) ? b : a), first);
    best.state = 'ready';
    best.readyAt = model.now;
    addEntry(model, best);
  }
}

function addEntry(model: Model, job: ModelJob): void {
  job.entry = ++model.serial;
  model.entries.push({ serial: job.entry, type: job.type, job: job.id, agent: null });
}

export function dropEntry(model: Model, serial: number): void {
  model.entries = model.entries.filter((entry) => entry.serial !== serial);
}

/** Makes an entry anew if its job waits for it; a running job keeps its own. */
export function renewEntry(model: Model, entry: ModelEntry): void {
  const job = model.jobs.get(entry.job);
  if (job?.state === 'running' && job.entry === entry.serial) return;
  dropEntry(model, entry.serial);
  if (job?.state === 'ready' && job.entry === entry.serial) addEntry(model, job);
}

export function end(model: Model, job: ModelJob, state: ModelState, cause: Cause | ''): void {
  job.state = state;
  job.cause = cause;
  dropEntry(model, job.entry);
}

export function cancel(model: Model, job: ModelJob, cause: Cause, by = ''): string {
  if (isOver(job)) return 'terminal';
  if (job.state !== 'running') {
    end(model, job, 'cancelled', cause);
    job.supersededBy = by;
    return 'cancelled';
  }
  if (job.cancelling === '') {
    job.cancelling = cause;
    job.supersededBy = by;
  }
  return 'cancelling';
}

export function createInModel(model: Model, inputs: ModelInputs): void {
  const arrival = model.jobs.size + 1;
  const started = { token: '', agent: '', cause: '', cancelling: '', supersededBy: '', dueAt: null } as const;
  const counters = { attempt: 0, lost: 0, released: 0, readyAt: 0, leaseUntil: 0, entry: 0 };
  const log = { logLast: 0, logEnded: false, suspect: null };
  const job: ModelJob = { ...inputs, ...started, ...counters, ...log, arrival, state: 'waiting' };
  const latest = inputs.line === '' ? undefined : model.latest.get(inputs.line);
  if (latest && latest.seq > inputs.seq) {
    Object.assign(job, { state: 'cancelled', cause: 'superseded', supersededBy: latest.id });
  } else if (inputs.line !== '') {
    for (const other of model.jobs.values()) {
      if (other.line === inputs.line && other.seq < inputs.seq) cancel(model, other, 'superseded', job.id);
    }
    model.latest.set(inputs.line, { seq: inputs.seq, id: job.id });
  }
  model.jobs.set(job.id, job);
  admit(model);
}

/** A running job stops: entry, lease and agent are free. */
export function stopRunning(model: Model, job: ModelJob): void {
  dropEntry(model, job.entry);
  const agent = model.agents.get(job.agent);
  if (agent?.job === job.id) agent.job = '';
  job.suspect = null;
}

export function requeue(model: Model, job: ModelJob, cause: GivenBack): string {
  stopRunning(model, job);
  job.token = '';
  job[cause] += 1;
  const verdict = judgeRequeue(cause, job);
  if (job.cancelling !== '') {
    job.state = 'cancelled';
    job.cause = job.cancelling;
    job.cancelling = '';
    return 'cancelled';
  }
  if (verdict.kind === 'errored') {
    job.state = 'errored';
    job.cause = cause;
    return 'errored';
  }
  job.state = 'waiting';
  job.dueAt = verdict.delayMs > 0 ? model.now + verdict.delayMs : null;
  job.entry = 0;
  return 'queued';
}

/** Undelivered jobs go back, newest first, until no more than `keep` of the type are active. */
export function pullBack(model: Model, type: string, keep: number): void {
  for (const entry of [...model.entries].reverse()) {
    if (listActive(model, (job) => job.type === type).length <= keep) return;
    const job = model.jobs.get(entry.job);
    if (entry.type !== type || entry.agent !== null || job?.state !== 'ready') continue;
    dropEntry(model, entry.serial);
    job.state = 'waiting';
    job.entry = 0;
  }
}

export function applyControl(model: Model): void {
  const stopped = model.paused || model.draining;
  for (const [type, capacity] of model.capacity) pullBack(model, type, stopped ? 0 : capacity);
  admit(model);
}

export function leave(model: Model, id: string, cause: GivenBack): string {
  const agent = model.agents.get(id);
  const job = model.jobs.get(agent?.job ?? '');
  const outcome = job?.state === 'running' && job.agent === id ? requeue(model, job, cause) : 'none';
  for (const entry of model.entries.filter((one) => one.agent === id)) renewEntry(model, entry);
  model.agents.delete(id);
  admit(model);
  return outcome;
}

/** The longest wait after a loss, in milliseconds. */
export const LONGEST_BACKOFF_MS = Math.max(...LOST_BACKOFF_MS);
